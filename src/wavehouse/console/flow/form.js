// The fields of one node as a form, made from what its model says of them. A change is told when a field is left.
const Field = {
  name: "FlowField",
  template: `
    <div class="ff" :class="'ff-' + field.control">
      <template v-if="field.control === 'group'">
        <fieldset><legend>{{ field.name }}<button v-if="field.optional && value && !locked" type="button" class="ff-small"
            @click="$emit('set', undefined)">Clear</button></legend>
          <flow-field v-for="one in field.fields" :key="one.name" :field="one" :value="value?.[one.name]" :steps="[...steps, one.name]"
            :shared="shared" @set="put(one.name, $event)" />
        </fieldset>
      </template>
      <template v-else-if="field.control === 'rows'">
        <fieldset :class="{ 'ff-table': table }"><legend>{{ field.name }} <span class="ff-count">{{ list.length }}</span></legend>
          <div v-for="(row, at) in list" :key="at" class="ff-row">
            <div class="ff-cells" :style="table && { gridTemplateColumns: table }">
              <flow-field v-for="one in field.fields" :key="one.name" :field="one" :value="row?.[one.name]"
                :steps="[...steps, at, one.name]" :shared="shared" compact @set="putRow(at, one.name, $event)" />
            </div>
            <button v-if="!locked" type="button" class="ff-x" :aria-label="'Remove ' + field.name + ' ' + (at + 1)" @click="cut(at)">×</button>
          </div>
          <button v-if="!locked" type="button" class="ff-add" @click="$emit('set', [...list, blank(field.fields)])">Add to {{ field.name }}</button>
        </fieldset>
      </template>
      <template v-else>
        <label :for="id" class="ff-label">{{ field.name }}<span v-if="!field.optional" class="ff-must" aria-hidden="true">*</span></label>
        <input v-if="field.control === 'flag'" type="checkbox" :id="id" :checked="value ?? field.default ?? false" :disabled="locked"
          @change="$emit('set', $event.target.checked)" />
        <select v-else-if="field.control === 'choice' || field.control === 'input'" :id="id" :value="value ?? ''" :disabled="locked" v-bind="described"
          @change="$emit('set', $event.target.value || undefined)">
          <option v-if="field.optional || value === undefined || !choices.includes(value)" :value="value ?? ''">{{ value ?? (field.default ? field.default + ' (default)' : '–') }}</option>
          <option v-for="one in choices" :key="one" :value="one">{{ one }}</option>
        </select>
        <textarea v-else-if="lines" :id="id" :value="typed ?? text" :rows="rows" spellcheck="false" :readonly="locked" v-bind="described"
          :class="{ 'ff-code': field.language }" ref="typing" @input="typed = $event.target.value" @change="told($event.target.value)" @blur="left"></textarea>
        <input v-else :id="id" :type="field.control === 'number' ? 'number' : 'text'" :value="typed ?? text" :readonly="locked" v-bind="described"
          ref="typing" @input="typed = $event.target.value" @blur="left" :list="columnList" :placeholder="field.default == null ? '' : String(field.default)" autocomplete="off" spellcheck="false"
          @change="told($event.target.value)" />
        <div v-if="hint && !locked" class="ff-hint">{{ hint }}</div>
      </template>
      <div v-if="error" :id="id + '-error'" class="ff-error">{{ error }}</div>
    </div>`,
  props: { field: Object, value: null, steps: Array, shared: Object, compact: Boolean },
  emits: ["set"],
  // What is typed stays while other things of the page change, until the field is left and the server has answered.
  data: () => ({ typed: null, asked: false }),
  watch: {
    shared() {
      this.asked = false;
      if (document.activeElement !== this.$refs.typing) this.typed = null;
    },
  },
  computed: {
    id() {
      return "ff-" + this.shared.node + "-" + this.steps.join("-");
    },
    locked() {
      return !this.shared.editable;
    },
    error() {
      const own = this.steps.join("/");
      const { errors } = this.shared;
      if (own in errors || this.field.fields?.length) return errors[own];
      // Of a list in one box: what is wrong with one of its lines.
      const inside = Object.keys(errors).find((steps) => steps.startsWith(own + "/"));
      return inside && errors[inside];
    },
    described() {
      return this.error ? { "aria-invalid": "true", "aria-describedby": this.id + "-error" } : {};
    },
    list() {
      return Array.isArray(this.value) ? this.value : [];
    },
    // Rows of several short fields stand below one heading.
    table() {
      const { fields } = this.field;
      const short = ["text", "column", "choice", "flag", "number"];
      if (fields.length < 3 || !fields.every((one) => short.includes(one.control))) return null;
      const width = (one) => (one.control === "flag" ? "52px" : one.name.endsWith("Type") ? "66px" : "minmax(0, 1fr)");
      return fields.map(width).join(" ");
    },
    choices() {
      return this.field.control === "input" ? this.shared.inputs : this.field.choices;
    },
    lines() {
      return this.field.control === "lines" || ["columns", "texts", "map"].includes(this.field.control);
    },
    hint() {
      if (this.compact) return "";
      return { columns: "One column per line", texts: "One per line", map: "One per line: key = value" }[this.field.control] ?? "";
    },
    columnList() {
      return this.field.control === "column" || this.field.name === "ImputedPath" ? "ff-columns" : undefined;
    },
    text() {
      const { value } = this;
      if (value === undefined || value === null) return "";
      switch (this.field.control) {
        case "column":
          return Array.isArray(value) ? value.join("\n") : String(value);
        case "columns":
          return Array.isArray(value) ? value.map((one) => (Array.isArray(one) ? one.join(".") : String(one))).join("\n") : String(value);
        case "texts":
          return Array.isArray(value) ? value.join("\n") : String(value);
        case "map":
          return typeof value === "object" ? Object.entries(value).map(([key, one]) => `${key} = ${one}`).join("\n") : String(value);
        default:
          return typeof value === "object" ? JSON.stringify(value) : String(value);
      }
    },
    rows() {
      const count = this.text.split("\n").length;
      return this.field.language ? Math.min(22, Math.max(6, count + 1)) : Math.min(12, Math.max(this.compact ? 1 : 2, count));
    },
  },
  methods: {
    left() {
      if (!this.asked) this.typed = null;
    },
    told(text) {
      this.asked = true;
      this.$emit("set", this.read(text));
    },
    read(text) {
      const parts = text.split("\n").map((one) => one.trim()).filter(Boolean);
      const { control, optional } = this.field;
      switch (control) {
        case "column":
          return text === "" && optional ? undefined : [text];
        case "columns":
          return parts.length || !optional ? parts.map((one) => [one]) : undefined;
        case "texts":
          return parts.length || !optional ? parts : undefined;
        case "map": {
          const pairs = parts.map((one) => one.split(/\s*=\s*(.*)/s));
          return parts.length ? Object.fromEntries(pairs.map(([key, one]) => [key, one ?? ""])) : undefined;
        }
        case "number":
          return text === "" ? undefined : /^-?\d+$/.test(text) ? Number(text) : text;
        default:
          return text === "" && optional ? undefined : text;
      }
    },
    put(name, value) {
      this.$emit("set", changed(this.value ?? {}, name, value));
    },
    putRow(at, name, value) {
      this.$emit("set", this.list.map((row, place) => (place === at ? changed(row, name, value) : row)));
    },
    cut(at) {
      this.$emit("set", this.list.filter((_, place) => place !== at));
    },
    blank(fields) {
      const value = { flag: false, choice: null, columns: [], texts: [], column: [""], number: 0, rows: [], map: {}, group: {} };
      const needed = fields.filter((one) => !one.optional);
      return Object.fromEntries(needed.map((one) => [one.name, one.control === "choice" ? one.choices[0] : one.control === "input" ? this.shared.inputs[0] ?? "" : value[one.control] ?? ""]));
    },
  },
};
Field.components = { FlowField: Field };

export default {
  components: { FlowField: Field },
  template: `
    <form class="ff-form" @submit.prevent autocomplete="off" :key="node">
      <p class="ff-about">{{ about }}</p>
      <div class="ff"><label class="ff-label" :for="'ff-id-' + node">Id</label>
        <input :id="'ff-id-' + node" type="text" :value="node" :readonly="!editable" spellcheck="false" @change="rename($event)" /></div>
      <div v-if="inputs.length" class="ff"><span class="ff-label">Inputs</span>
        <div class="ff-inputs"><span v-for="one in inputs" :key="one" class="ff-chip">{{ one }}<button v-if="editable" type="button" :aria-label="'Disconnect ' + one"
          @click="$emit('disconnect', { start: one, end: node })">×</button></span></div></div>
      <div v-if="errors['']" class="ff-error">{{ errors[""] }}</div>
      <flow-field v-for="one in first" :key="one.name" :field="one" :value="values[one.name]" :steps="[one.name]" :shared="shared" @set="set(one.name, $event)" />
      <details v-if="more.length" :open="opened">
        <summary>More fields <span class="ff-count">{{ more.length }}</span></summary>
        <flow-field v-for="one in more" :key="one.name" :field="one" :value="values[one.name]" :steps="[one.name]" :shared="shared" @set="set(one.name, $event)" />
      </details>
      <datalist id="ff-columns"><option v-for="one in columns" :key="one" :value="one"></option></datalist>
    </form>`,
  props: {
    node: String,
    about: String,
    fields: { type: Array, default: () => [] },
    values: { type: Object, default: () => ({}) },
    errors: { type: Object, default: () => ({}) },
    inputs: { type: Array, default: () => [] },
    columns: { type: Array, default: () => [] },
    editable: Boolean,
  },
  emits: ["set", "rename", "disconnect"],
  computed: {
    shared() {
      return { node: this.node, errors: this.errors, inputs: this.inputs, editable: this.editable };
    },
    // What is said or must be said comes first; the rest is there when it is looked for.
    first() {
      return this.fields.filter((one) => !one.optional || this.values[one.name] !== undefined);
    },
    more() {
      return this.fields.filter((one) => one.optional && this.values[one.name] === undefined);
    },
    opened() {
      return this.more.some((one) => Object.keys(this.errors).some((steps) => steps.split("/")[0] === one.name));
    },
  },
  methods: {
    set(name, value) {
      this.$emit("set", { node: this.node, field: name, value: value === undefined ? null : value });
    },
    rename(event) {
      this.$emit("rename", { node: this.node, id: event.target.value.trim() });
    },
  },
};

function changed(holder, name, value) {
  const made = { ...holder };
  if (value === undefined) delete made[name];
  else made[name] = value;
  return made;
}
