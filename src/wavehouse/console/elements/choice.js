// Choose values of very many: the server is asked for those that have the text in them, fifty at a time.
export default {
  template: `
    <div class="wh-choice" ref="root" @focusout="left" @keydown.esc.stop="close(true)">
      <button type="button" class="wh-input wh-choice-button" ref="button" aria-haspopup="listbox"
        :aria-expanded="open ? 'true' : 'false'" :aria-label="label + ': ' + text" @click="open ? close() : show()">
        <span class="wh-choice-text">{{ text }}</span><span aria-hidden="true">▾</span>
      </button>
      <div v-if="open" class="wh-popup">
        <input ref="search" class="wh-input" role="combobox" aria-autocomplete="list" :aria-expanded="true"
          :aria-controls="id" :aria-label="'Search ' + label" placeholder="Search …" v-model="words"
          :aria-activedescendant="options.length ? id + '-' + at : null" @input="ask" @keydown="key" />
        <ul class="wh-options" role="listbox" :id="id" :aria-label="label" :aria-multiselectable="many ? 'true' : null"
          tabindex="-1">
          <li v-for="(option, place) in options" :key="place" :id="id + '-' + place" role="option"
            :aria-selected="has(option) ? 'true' : 'false'" :class="{ 'wh-at': place === at }"
            @mousedown.prevent="choose(place)">
            <span class="wh-tick" aria-hidden="true">{{ has(option) ? "✓" : "" }}</span>
            <span class="wh-option">{{ option.label }}</span><span class="wh-rows">{{ option.rows }}</span>
          </li>
        </ul>
        <div v-if="!options.length" class="wh-muted wh-none">{{ waiting ? "Searching …" : "Nothing has that in it" }}</div>
        <div v-else-if="more" class="wh-muted wh-none">The most frequent ones; type to find others</div>
      </div>
    </div>`,
  props: { label: String, many: Boolean, chosen: Array, names: Array, options: Array, more: Boolean, waiting: Boolean },
  data() {
    return { open: false, words: "", at: 0, id: `choice-${Math.random().toString(36).slice(2)}` };
  },
  computed: {
    text() {
      if (!this.names.length) return "All";
      return this.names.length > 2 ? `${this.names.length} chosen` : this.names.join(", ");
    },
  },
  watch: {
    options() {
      this.at = 0;
    },
  },
  methods: {
    has(option) {
      return this.chosen.includes(option.text);
    },
    show() {
      this.open = true;
      this.words = "";
      this.$emit("search", "");
      this.$nextTick(() => this.$refs.search.focus());
    },
    close(back) {
      if (!this.open) return;
      this.open = false;
      if (back) this.$refs.button.focus();
    },
    left(event) {
      if (!this.$refs.root.contains(event.relatedTarget)) this.open = false;
    },
    ask() {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.$emit("search", this.words), 120);
    },
    key(event) {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step && this.options.length) {
        event.preventDefault();
        this.at = (this.at + step + this.options.length) % this.options.length;
        this.$nextTick(() => document.getElementById(`${this.id}-${this.at}`)?.scrollIntoView({ block: "nearest" }));
      } else if (event.key === "Enter" && this.options.length) {
        event.preventDefault();
        this.choose(this.at);
      }
    },
    choose(place) {
      this.$emit("choose", place);
      if (!this.many) this.close(true);
    },
  },
};
