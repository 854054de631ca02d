// The figure of a KPI: what it is, what it is compared with, and the line of its past.
export default {
  template: `
    <div class="wh-kpi-body" role="group" :aria-label="label + ': ' + figure">
      <div>
        <div class="wh-kpi-figure">{{ figure }}</div>
        <div v-if="beside" class="wh-kpi-beside" :class="'wh-' + (tone || 'even')">{{ beside }}</div>
      </div>
      <div v-if="path" class="wh-spark" aria-hidden="true">
        <svg viewBox="0 0 120 28" preserveAspectRatio="none"><path :d="path" /></svg>
      </div>
    </div>`,
  props: { label: String, figure: String, beside: String, tone: String, path: String },
};
