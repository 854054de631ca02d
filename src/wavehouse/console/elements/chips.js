// What a view is filtered by: a chip each, with its links and a way to remove it.
export default {
  template: `
    <div class="wh-chips" role="group" :aria-label="label">
      <div v-for="chip in chips" :key="chip.id" class="wh-chip">
        <span class="wh-chip-text">{{ chip.text }}</span>
        <button v-for="(title, link) in chip.links" :key="link" type="button" class="wh-chip-link"
          @click="$emit('follow', chip.id, link)">{{ title }} →</button>
        <button type="button" class="wh-chip-x" :aria-label="'Remove the filter ' + chip.text"
          @click="$emit('remove', chip.id)"><span aria-hidden="true">×</span></button>
      </div>
      <button v-if="clearable" type="button" class="wh-clear" @click="$emit('clear')">Clear filters</button>
    </div>`,
  props: { label: String, chips: Array, clearable: Boolean },
};
