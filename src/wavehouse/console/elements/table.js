// A table of cells that are texts already. A click on a row, or Enter, tells which; a title sorts.
export default {
  template: `
    <div class="wh-table" tabindex="0" role="region" :aria-label="label">
      <table>
        <thead><tr>
          <th v-for="(title, at) in table.titles" :key="at" scope="col" :class="{ 'wh-figure': table.figures[at] }"
              :aria-sort="sort && sort[0] === at ? (sort[1] ? 'descending' : 'ascending') : null">
            <button type="button" @click="$emit('sort', at)">{{ title
            }}<span aria-hidden="true">{{ sort && sort[0] === at ? (sort[1] ? " ↓" : " ↑") : "" }}</span></button>
          </th>
        </tr></thead>
        <tbody>
          <tr v-for="(cells, line) in table.cells" :key="line" :class="classOf(line)"
              :tabindex="clickable && table.rows[line] >= 0 ? 0 : null"
              @click="mark(line, $event)" @keydown.enter="mark(line, $event)"
              @keydown.space.prevent="mark(line, $event)">
            <td v-for="(cell, at) in cells" :key="at" :class="{ 'wh-figure': table.figures[at] }" :title="cell"><span
              v-if="at === 0 && isChosen(line)" class="wh-tick" role="img" aria-label="Chosen">✓ </span>{{ cell }}</td>
          </tr>
        </tbody>
      </table>
    </div>`,
  props: { label: String, told: String, clickable: Boolean, chosen: Array, sort: Array },
  computed: {
    table() {
      return JSON.parse(this.told);
    },
  },
  methods: {
    mark(line, event) {
      const row = this.table.rows[line];
      const also = event.ctrlKey || event.metaKey || event.shiftKey;
      if (this.clickable && row >= 0 && (also || !String(getSelection()))) this.$emit("mark", row, also);
    },
    isChosen(line) {
      return this.chosen.includes(this.table.rows[line]);
    },
    classOf(line) {
      const chosen = this.isChosen(line);
      return { "wh-clickable": this.clickable, "wh-chosen": chosen, "wh-dimmed": this.chosen.length && !chosen };
    },
  },
};
