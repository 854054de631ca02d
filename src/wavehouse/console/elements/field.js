// A native field. What somebody is typing stays theirs until it is done: an update of the page in between, such as
// that of a filter set before, does not take it away.
export default {
  template: `<input :type="type" :value="text" :aria-label="label" @input="type_" @change="done" @blur="left" />`,
  props: { type: String, label: String, shown: String, turn: Number },
  data() {
    return { text: this.shown, typing: false };
  },
  watch: {
    // (Counted, since what is to be shown may be what was shown before: a number beyond its bounds.)
    turn() {
      if (!this.typing) this.text = this.shown;
    },
  },
  methods: {
    type_(event) {
      this.typing = true;
      this.text = event.target.value;
    },
    done(event) {
      this.typing = false;
      this.text = event.target.value;
      this.$emit("done", this.text);
    },
    left() {
      this.typing = false;
    },
  },
};
