// A flow as a graph: cards with ports, curved lines; pan, zoom, drag, connect, select. No library but Vue.
const WIDTH = 164;
const HEIGHT = 64;
const LEAST = 0.3;
const READABLE = 0.62;
const MOST = 2;
const EDGE = 24; // pixels kept free around what is fitted in

export default {
  template: `
    <div class="fg" ref="box" role="group" :aria-label="label" :class="{ 'fg-panning': panning, 'fg-linking': link }"
      @wheel.prevent="wheel" @pointerdown="grab" @pointermove="move" @pointerup="drop" @pointercancel="cancel"
      @keydown="key">
      <div class="fg-layer" :style="{ transform: 'translate(' + view.x + 'px,' + view.y + 'px) scale(' + view.k + ')' }">
        <svg class="fg-lines" width="1" height="1" aria-hidden="false">
          <g v-for="edge in edges" :key="edge.start + '>' + edge.end">
            <path class="fg-hit" :d="path(edge)" @click.stop="pickEdge(edge)" aria-hidden="true" />
            <path class="fg-line" :class="{ 'fg-on': isEdge(edge) }" :d="path(edge)" tabindex="0" role="button"
              :aria-label="'Connection from ' + edge.start + ' to ' + edge.end" :aria-pressed="isEdge(edge)"
              :data-edge="edge.start + '>' + edge.end" @focus="edgeFocus = edge" @keydown.enter.stop.prevent="pickEdge(edge)"
              @keydown.space.stop.prevent="pickEdge(edge)" />
          </g>
          <path v-if="link" class="fg-line fg-new" :d="linkPath" aria-hidden="true" />
        </svg>
        <div v-for="node in nodes" :key="node.id" class="fg-node" :class="['fg-' + node.family, { 'fg-on': isOn(node.id),
          'fg-aim': link && link.over === node.id, 'fg-from': from === node.id }]" :style="place(node)" tabindex="0"
          role="button" :aria-pressed="isOn(node.id)" :aria-label="said(node)" :data-node="node.id" :title="node.said"
          @click.stop="pick(node.id, $event)">
          <span v-for="(top, port) in ports(node)" :key="port" class="fg-port fg-in" :style="{ top: top + 'px' }"
            :data-in="port" aria-hidden="true"></span>
          <div class="fg-name"><span>{{ node.name }}</span><i class="fg-dot" :class="'fg-is-' + node.status"></i></div>
          <div class="fg-detail">{{ node.detail || node.kind }}</div>
          <div class="fg-rows">{{ node.figures }}</div>
          <span v-if="node.gives" class="fg-port fg-out" data-out="1" aria-hidden="true"></span>
        </div>
      </div>
      <div class="fg-tools" @pointerdown.stop @click.stop>
        <button type="button" aria-label="Zoom out" title="Zoom out (-)" @click="zoom(1 / 1.25)">−</button>
        <button type="button" aria-label="Zoom in" title="Zoom in (+)" @click="zoom(1.25)">+</button>
        <button type="button" aria-label="Fit the graph in" title="Fit the graph in (0)" @click="fit()">Fit</button>
        <button v-if="moved" type="button" title="Lay all nodes out again" @click="$emit('tidy')">Tidy up</button>
        <span v-if="from" role="status">Connect {{ from }}: go to another node and press C, or Escape</span>
      </div>
      <div v-if="!nodes.length" class="fg-empty">This flow has no nodes yet.</div>
    </div>`,
  props: {
    label: String,
    nodes: { type: Array, default: () => [] },
    edges: { type: Array, default: () => [] },
    selected: { type: Array, default: () => [] },
    editable: Boolean,
    moved: Boolean,
  },
  emits: ["select", "moved", "connect", "disconnect", "remove", "tidy", "command"],
  data: () => ({
    view: { x: 0, y: 0, k: 1 },
    at: {}, // where nodes are while they are dragged, before the server knows
    edge: null,
    edgeFocus: null,
    panning: false,
    link: null,
    from: null,
    held: null,
    pointers: new Map(),
  }),
  computed: {
    linkPath() {
      const { x, y, out } = this.link;
      const end = { x: this.link.toX, y: this.link.toY };
      return out ? curve({ x, y }, end) : curve(end, { x, y });
    },
  },
  watch: {
    nodes() {
      this.at = this.held?.id ? { [this.held.id]: this.at[this.held.id] } : {};
      if (this.edge && !this.edges.some((one) => same(one, this.edge))) this.edge = null;
      if (this.from && !this.nodes.some((one) => one.id === this.from)) this.from = null;
    },
    selected(ids) {
      if (ids.length) this.edge = null;
      if (ids.length === 1) this.$nextTick(() => this.show(ids[0]));
    },
  },
  mounted() {
    this.begin();
    // Once it has its size: before, nothing fits.
    this.observer = new ResizeObserver(() => {
      if (!this.fitted) this.begin();
      else if (this.selected.length === 1) this.show(this.selected[0]);
    });
    this.observer.observe(this.$refs.box);
    addEventListener("keydown", this.shortcut);
  },
  unmounted() {
    this.observer.disconnect();
    removeEventListener("keydown", this.shortcut);
  },
  methods: {
    place(node) {
      const { x, y } = this.spot(node);
      return { left: x + "px", top: y + "px" };
    },
    spot(node) {
      return this.at[node.id] ?? node;
    },
    node(id) {
      return this.nodes.find((one) => one.id === id);
    },
    ports(node) {
      return Array.from({ length: node.ports }, (_, at) => (HEIGHT * (at + 1)) / (node.ports + 1));
    },
    said(node) {
      const parts = [node.name, node.kind, node.detail, node.figures, node.said];
      return parts.filter(Boolean).join(", ");
    },
    isOn(id) {
      return this.selected.includes(id);
    },
    isEdge(edge) {
      return this.edge !== null && same(edge, this.edge);
    },
    path(edge) {
      const [start, end] = [this.node(edge.start), this.node(edge.end)];
      if (!start || !end) return "";
      const [one, other] = [this.spot(start), this.spot(end)];
      const first = { x: one.x + WIDTH, y: one.y + HEIGHT / 2 };
      const top = this.ports(end)[Math.min(edge.port, end.ports - 1)] ?? HEIGHT / 2;
      const last = { x: other.x, y: other.y + top };
      const straight = this.at[edge.start] || this.at[edge.end];
      const via = straight ? [] : edge.via.flatMap(([x, y]) => [{ x, y }, { x: x + WIDTH, y }]);
      const stops = [first, ...via, last];
      let drawn = "";
      for (let at = 0; at + 1 < stops.length; at += 2) {
        drawn += curve(stops[at], stops[at + 1], at > 0);
        if (at + 2 < stops.length) drawn += ` L${stops[at + 2].x},${stops[at + 2].y}`;
      }
      return drawn;
    },
    // ---- what is seen
    begin() {
      this.fit(READABLE);
      if (this.fitted && this.selected.length === 1) this.show(this.selected[0]);
    },
    fit(least = LEAST) {
      const { clientWidth: width, clientHeight: height } = this.$refs.box;
      if (!width || !height || !this.nodes.length) return;
      const spots = this.nodes.map((node) => this.spot(node));
      const [left, top] = [Math.min(...spots.map((one) => one.x)), Math.min(...spots.map((one) => one.y))];
      const right = Math.max(...spots.map((one) => one.x)) + WIDTH;
      const bottom = Math.max(...spots.map((one) => one.y)) + HEIGHT;
      const k = bounded(Math.min((width - 2 * EDGE) / (right - left), (height - 2 * EDGE) / (bottom - top), 1), least);
      this.view = { k, x: (width - k * (left + right)) / 2, y: (height - k * (top + bottom)) / 2 };
      // What does not fit is read from its beginning.
      if (k * (right - left) > width) this.view.x = EDGE - k * left;
      this.fitted = true;
    },
    zoom(by, x = this.$refs.box.clientWidth / 2, y = this.$refs.box.clientHeight / 2) {
      const k = bounded(this.view.k * by);
      const ratio = k / this.view.k;
      this.view = { k, x: x - (x - this.view.x) * ratio, y: y - (y - this.view.y) * ratio };
    },
    show(id) {
      const node = this.node(id);
      if (!node) return;
      const { clientWidth: width, clientHeight: height } = this.$refs.box;
      const { x, y } = this.spot(node);
      const { k } = this.view;
      const [left, top] = [this.view.x + k * x, this.view.y + k * y];
      const by = (from, size, room) => Math.min(0, room - EDGE - from - size) || Math.max(0, EDGE - from);
      this.view.x += by(left, k * WIDTH, width);
      this.view.y += by(top, k * HEIGHT, height);
    },
    wheel(event) {
      const box = this.$refs.box.getBoundingClientRect();
      const by = Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0015));
      this.zoom(by, event.clientX - box.left, event.clientY - box.top);
    },
    inside(event) {
      const box = this.$refs.box.getBoundingClientRect();
      const { x, y, k } = this.view;
      return { x: (event.clientX - box.left - x) / k, y: (event.clientY - box.top - y) / k };
    },
    // ---- pointers
    grab(event) {
      if (event.button !== 0 && event.pointerType === "mouse") return;
      this.pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
      if (this.pointers.size === 2) return this.cancel();
      const card = event.target.closest(".fg-node");
      const port = event.target.closest(".fg-port");
      const at = { x: event.clientX, y: event.clientY };
      if (port && this.editable) {
        const node = this.node(card.dataset.node);
        const out = "out" in port.dataset;
        const { x, y } = this.spot(node);
        const start = out
          ? { x: x + WIDTH, y: y + HEIGHT / 2 }
          : { x, y: y + this.ports(node)[Number(port.dataset.in)] };
        this.link = { id: node.id, out, port: Number(port.dataset.in ?? 0), over: null, ...start, toX: start.x, toY: start.y };
        event.preventDefault();
      } else if (card) {
        this.held = { id: card.dataset.node, at, spot: { ...this.spot(this.node(card.dataset.node)) }, far: false };
      } else if (!event.target.closest(".fg-hit,.fg-line")) {
        this.panning = { at, view: { ...this.view }, far: false };
      }
    },
    move(event) {
      const before = this.pointers.get(event.pointerId);
      if (!before) return;
      const now = { x: event.clientX, y: event.clientY };
      if (this.pointers.size === 2) return this.pinch(event.pointerId, before, now);
      this.pointers.set(event.pointerId, now);
      if (this.link) {
        const { x, y } = this.inside(event);
        const over = this.under(event);
        Object.assign(this.link, { toX: x, toY: y, over: over && over.id !== this.link.id ? over.id : null });
      } else if (this.held) {
        const [x, y] = [now.x - this.held.at.x, now.y - this.held.at.y];
        if (!this.held.far && Math.hypot(x, y) < 4) return;
        this.take(event, this.held);
        const { k } = this.view;
        this.at[this.held.id] = { x: this.held.spot.x + x / k, y: this.held.spot.y + y / k };
      } else if (this.panning) {
        const [x, y] = [now.x - this.panning.at.x, now.y - this.panning.at.y];
        if (!this.panning.far && Math.hypot(x, y) < 4) return;
        this.take(event, this.panning);
        this.view.x = this.panning.view.x + x;
        this.view.y = this.panning.view.y + y;
      }
    },
    take(event, what) {
      // (Only now: a click must reach what it is on.)
      if (!what.far) this.$refs.box.setPointerCapture(event.pointerId);
      what.far = true;
    },
    pinch(id, before, now) {
      const other = [...this.pointers].find(([one]) => one !== id)[1];
      const box = this.$refs.box.getBoundingClientRect();
      const far = (one) => Math.hypot(one.x - other.x, one.y - other.y);
      this.zoom(far(now) / (far(before) || 1), (now.x + other.x) / 2 - box.left, (now.y + other.y) / 2 - box.top);
      this.pointers.set(id, now);
    },
    drop(event) {
      this.pointers.delete(event.pointerId);
      const { link, held, panning } = this;
      this.link = this.held = null;
      this.panning = false;
      if (link) {
        const over = this.under(event);
        if (over && over.id !== link.id) {
          if (link.out) this.join(link.id, over.id, over.port);
          else this.join(over.id, link.id, link.port);
        }
      } else if (held?.far) {
        const { x, y } = this.at[held.id];
        this.dragged = true;
        this.$emit("moved", { id: held.id, x, y });
        setTimeout(() => (this.dragged = false));
      } else if (panning && !panning.far) {
        this.edge = null;
        this.$emit("select", []);
      }
    },
    cancel() {
      this.pointers.size < 2 && this.pointers.clear();
      if (this.held) delete this.at[this.held.id];
      this.link = this.held = null;
      this.panning = false;
    },
    under(event) {
      const found = document.elementFromPoint(event.clientX, event.clientY);
      const card = found?.closest(".fg-node");
      if (!card || !this.$refs.box.contains(card)) return null;
      const port = found.closest(".fg-in")?.dataset.in;
      return { id: card.dataset.node, port: port === undefined ? null : Number(port) };
    },
    join(start, end, port) {
      this.$emit("connect", { start, end, port: port ?? null });
    },
    pick(id, event) {
      if (this.dragged) return;
      if (event.shiftKey) {
        this.$emit("select", this.isOn(id) ? this.selected.filter((one) => one !== id) : [...this.selected, id]);
      } else {
        this.$emit("select", [id]);
      }
    },
    pickEdge(edge) {
      this.edge = { start: edge.start, end: edge.end };
      this.$emit("select", []);
    },
    // ---- keys
    key(event) {
      const id = event.target.closest?.(".fg-node")?.dataset.node;
      const edge = event.target.dataset?.edge;
      const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
      if (event.ctrlKey || event.metaKey) return;
      if (event.target.closest("button")) return;
      if ((event.key === "Delete" || event.key === "Backspace") && this.editable) this.erase(edge);
      else if (event.key === "Escape") this.escape();
      else if (id && (event.key === "Enter" || event.key === " ")) this.pick(id, event);
      else if (id && way && event.shiftKey && this.editable) this.push(id, way);
      else if (id && way) this.go(id, way);
      else if (id && event.key.toLowerCase() === "c" && this.editable) this.tie(id);
      else if (event.key === "+" || event.key === "=") this.zoom(1.25);
      else if (event.key === "-") this.zoom(1 / 1.25);
      else if (event.key === "0") this.fit();
      else return;
      event.preventDefault();
    },
    shortcut(event) {
      if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
      const name = event.key.toLowerCase();
      // In a field, undo is that of the field.
      const typing = event.target.closest?.("input,textarea,[contenteditable=true]");
      const wanted = name === "s" ? "save" : typing ? null : name === "z" ? (event.shiftKey ? "redo" : "undo") : name === "y" ? "redo" : null;
      if (!wanted || !this.editable) return;
      event.preventDefault();
      // (What stands in a field counts once it is left.)
      if (typing) typing.blur();
      this.$emit("command", wanted);
    },
    erase(focused) {
      if (this.edge) this.$emit("disconnect", this.edge);
      else if (focused) {
        const [start, end] = focused.split(">");
        this.$emit("disconnect", { start, end });
      } else if (this.selected.length) this.$emit("remove", this.selected);
    },
    escape() {
      if (this.link || this.from) this.link = this.from = null;
      else {
        this.edge = null;
        this.$emit("select", []);
      }
    },
    tie(id) {
      if (this.from && this.from !== id) {
        this.join(this.from, id, null);
        this.from = null;
      } else this.from = this.from ? null : id;
    },
    push(id, [x, y]) {
      const spot = this.spot(this.node(id));
      this.at[id] = { x: spot.x + 20 * x, y: spot.y + 20 * y };
      this.$emit("moved", { id, ...this.at[id] });
    },
    go(id, [x, y]) {
      const here = this.spot(this.node(id));
      const far = (node) => {
        const [dx, dy] = [this.spot(node).x - here.x, this.spot(node).y - here.y];
        const along = dx * x + dy * y;
        return along <= 0 ? Infinity : along + 2 * Math.abs(dx * y + dy * x);
      };
      const next = this.nodes.reduce((best, node) => (far(node) < far(best) ? node : best), this.node(id));
      if (far(next) === Infinity) return;
      this.$refs.box.querySelector(`[data-node="${CSS.escape(next.id)}"]`).focus({ preventScroll: true });
      this.show(next.id);
    },
  },
};

function bounded(k, least = LEAST) {
  return Math.min(MOST, Math.max(least, k));
}

function same(one, other) {
  return one.start === other.start && one.end === other.end;
}

function curve(from, to, on = false) {
  const bend = Math.max(24, Math.abs(to.x - from.x) / 2);
  const start = on ? "" : `M${from.x},${from.y}`;
  return `${start} C${from.x + bend},${from.y} ${to.x - bend},${to.y} ${to.x},${to.y}`;
}
