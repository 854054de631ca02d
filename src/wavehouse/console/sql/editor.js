// The editor of SQL. The server is told the whole text after a pause, and with every wish to run it: changes one
// by one, as the element sends them, may be lost on a busy machine, and then its text is another than ours. So the
// element's own value is not used, either way.
// Besides: proposals of tables, columns and functions, the theme of the page, a name for readers.
wavehouse.sql = {
  words: { tables: [], functions: [] },

  prepare(id, label) {
    this.ready = this.made(id, label);
  },

  async write(text) {
    await this.ready;
    this.put(text);
  },

  async made(id, label) {
    const CM = await import("nicegui-codemirror");
    const element = getElement(id);
    const view = element.editor ?? (await element.editorPromise);
    const set = CM.StateEffect.define();
    this.fault = (from, to) => view.dispatch({ effects: set.of(from < to ? { from, to } : null) });
    this.text = () => view.state.doc.toString();
    const fault = CM.Decoration.mark({ class: "wh-fault" });
    // (Always the same one: what is asked for proposals is known again by its identity.)
    const proposing = [{ autocomplete: (context) => this.proposals(context) }];
    const tell = (event) => element.$emit(event, view.state.doc.toString());
    let pause;
    const changed = () => {
      clearTimeout(pause);
      pause = setTimeout(() => tell("text"), 250);
    };
    this.run = () => {
      clearTimeout(pause);
      tell("run");
      return true;
    };
    this.put = (text) => {
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
      clearTimeout(pause);
    };
    view.dom.addEventListener("focusout", () => {
      if (pause) tell("text");
      clearTimeout(pause);
      pause = 0;
    });
    view.dispatch({
      effects: CM.StateEffect.appendConfig.of([
        CM.EditorView.updateListener.of((update) => update.docChanged && changed()),
        CM.Prec.highest(CM.keymap.of([{ key: "Mod-Enter", run: () => this.run() }])),
        CM.StateField.define({
          create: () => CM.Decoration.none,
          update(marks, change) {
            for (const effect of change.effects)
              if (effect.is(set))
                return effect.value ? CM.Decoration.set([fault.range(effect.value.from, effect.value.to)]) : CM.Decoration.none;
            return marks.map(change.changes);
          },
          provide: (field) => CM.EditorView.decorations.from(field),
        }),
        CM.EditorState.languageData.of(() => proposing),
        CM.EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false" }),
      ]),
    });
    const themed = () => element.setTheme(document.documentElement.dataset.theme === "dark" ? "vscodeDark" : "vscodeLight");
    themed();
    document.addEventListener("wavehouse-theme", themed);
    view.focus();
  },

  // Mark the place of an error, if the text is still the one that has it. (Not by the element's own decorations:
  // with them the server sends the text that it knows, and what was typed meanwhile would be gone.)
  async mark(from, to, text) {
    await this.ready;
    if (this.text() === text) this.fault(from, to);
  },

  proposals(context) {
    const before = context.matchBefore(/[\w."]+/);
    if (!before && !context.explicit) return null;
    const typed = before ? before.text : "";
    const dot = typed.lastIndexOf(".");
    const from = before ? before.from + dot + 1 : context.pos;
    const text = context.state.doc.toString();
    const options = dot < 0 ? this.all(text) : this.below(typed.slice(0, dot).replaceAll('"', ""), text);
    return { from, options, validFor: /^[\w"]*$/ };
  },

  // Behind a dot: the columns of a table or an alias, the tables of a database.
  below(name, text) {
    const folded = name.toLowerCase();
    const full = this.aliases(text)[folded] ?? folded;
    const mine = this.words.tables.filter((one) => [one.table, `${one.database}.${one.table}`].includes(full));
    if (mine.length) return mine.flatMap((one) => this.columns(one));
    return this.words.tables.filter((one) => one.database === folded).map((one) => this.option(one.table, "class", one.database));
  },

  all(text) {
    const folded = text.toLowerCase();
    const tables = this.words.tables;
    const used = tables.filter((one) => folded.includes(one.table.toLowerCase()));
    return [
      ...used.flatMap((one) => this.columns(one)),
      ...tables.map((one) => ({
        label: `${one.database}.${one.table}`,
        apply: `${this.quoted(one.database)}.${this.quoted(one.table)}`,
        type: "class",
        detail: "table",
      })),
      ...this.words.functions.map(([name, signature]) => ({ label: name, apply: `${name}(`, type: "function", detail: signature.slice(name.length) })),
    ];
  },

  columns(table) {
    return table.columns.map(([name, type]) => ({ ...this.option(name, "property", type), boost: 1 }));
  },

  option(name, type, detail) {
    return { label: name, apply: this.quoted(name), type, detail };
  },

  quoted(name) {
    return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
  },

  aliases(text) {
    const found = {};
    for (const [, name, alias] of text.matchAll(/\b(?:from|join)\s+([\w."]+)\s+(?:as\s+)?(\w+)/gi))
      found[alias.toLowerCase()] = name.replaceAll('"', "").toLowerCase();
    return found;
  },
};
