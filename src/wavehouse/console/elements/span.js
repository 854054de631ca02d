// From … to on one line: two native sliders, of which each has its own name and keys. Told once they are let go.
export default {
  template: `
    <div class="wh-span" :style="{ '--from': share(low), '--to': share(high) }">
      <input type="range" :min="min" :max="max" :step="step" :value="low" :disabled="disabled"
        :aria-label="label + ' from'" @input="move(0, $event)" @change="release" />
      <input type="range" :min="min" :max="max" :step="step" :value="high" :disabled="disabled"
        :aria-label="label + ' to'" @input="move(1, $event)" @change="release" />
    </div>
    <span class="wh-told">{{ disabled ? "" : text(low) + " – " + text(high) }}</span>`,
  props: { label: String, min: Number, max: Number, step: Number, from: Number, to: Number, disabled: Boolean },
  data() {
    return { low: this.from, high: this.to };
  },
  watch: {
    from(value) {
      this.low = value;
    },
    to(value) {
      this.high = value;
    },
  },
  methods: {
    share(value) {
      return `${(100 * (value - this.min)) / (this.max - this.min || 1)}%`;
    },
    text(value) {
      return String(Number(value.toPrecision(10)));
    },
    move(end, event) {
      const value = Number(event.target.value);
      if (end === 0) this.low = Math.min(value, this.high);
      else this.high = Math.max(value, this.low);
      event.target.value = end === 0 ? this.low : this.high;
    },
    release() {
      this.$emit("span", this.low, this.high);
    },
  },
};
