// A chart of a page: keeps a drawing on the screen, in the size and the colours that the page has.
import { echarts } from "nicegui-echart";
import { Chart } from "wavehouse-drawing";

export default {
  template: `<div class="wh-chart" tabindex="0" role="application" aria-roledescription="chart" :aria-label="label"
    @keydown="key" @blur="leave"><div ref="place" class="wh-chart-place"></div>
    <div class="wh-hidden" aria-live="polite" ref="said"></div></div>`,
  props: { drawing: String, label: String, clickable: Boolean },
  mounted() {
    const onMark = this.clickable ? (row, also) => this.$emit("mark", row, also) : null;
    this.chart = new Chart(echarts, this.$refs.place, { onMark, announce: (text) => (this.$refs.said.textContent = text) });
    this.watcher = new ResizeObserver(() => this.chart.resize());
    this.watcher.observe(this.$refs.place);
    this.themed = () => this.chart.redraw();
    document.addEventListener("wavehouse-theme", this.themed);
    this.show();
  },
  beforeUnmount() {
    this.watcher.disconnect();
    document.removeEventListener("wavehouse-theme", this.themed);
    this.chart.dispose();
  },
  methods: {
    show() {
      if (this.chart && this.drawing) this.chart.draw(JSON.parse(this.drawing));
    },
    key(event) {
      this.chart.key(event);
    },
    leave() {
      this.chart.leave();
    },
    save(type, name) {
      const anchor = document.createElement("a");
      anchor.download = name;
      anchor.href = type === "svg"
        ? URL.createObjectURL(new Blob([this.chart.svg()], { type: "image/svg+xml" })) : this.chart.png();
      anchor.click();
      if (type === "svg") URL.revokeObjectURL(anchor.href);
    },
  },
};
