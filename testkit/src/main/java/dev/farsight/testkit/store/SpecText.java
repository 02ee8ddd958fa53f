package dev.farsight.testkit.store;

import dev.farsight.api.FarsightException;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.api.table.Draw;
import dev.farsight.api.table.Table;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What the rows of a store are, in lines that a store keeps and compares when it is opened again.
 * Of many tables, it keeps as many lines as there is room for.
 */
record SpecText(List<String> lines) {

  static SpecText of(StoreSpec spec) {
    var lines = new ArrayList<String>();
    lines.add(spec.format() + " " + spec.format().state());
    lines.add("seed " + spec.initial().seed());
    lines.add(spec.tables().size() + " tables");
    for (int t = 0; t < spec.tables().size(); t++) {
      Table table = spec.tables().get(t);
      Draw draw = spec.initial().draws().get(t);
      lines.add(
          "table %s of %d rows, %s in %s"
              .formatted(table.name(), table.rows(), draw.law().configName(), draw.scale()));
    }
    return new SpecText(lines);
  }

  static SpecText read(ByteBuffer from) {
    var bytes = new byte[from.getInt()];
    from.get(bytes);
    return new SpecText(new String(bytes, StandardCharsets.UTF_8).lines().toList());
  }

  void write(ByteBuffer to) {
    int room = to.remaining() - Integer.BYTES;
    var text = new StringBuilder();
    for (String line : lines) {
      if ((text + line + "\n").getBytes(StandardCharsets.UTF_8).length > room) {
        break;
      }
      text.append(line).append('\n');
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    to.putInt(bytes.length).put(bytes);
  }

  /**
   * Refuses a spec of other rows.
   *
   * @throws FarsightException that tells the first difference
   */
  void requireFits(Path file, StoreSpec spec) {
    List<String> wanted = of(spec).lines;
    for (int l = 0; l < lines.size(); l++) {
      if (l >= wanted.size() || !lines.get(l).equals(wanted.get(l))) {
        String other = l < wanted.size() ? wanted.get(l) : "none";
        throw new FarsightException(
            "%s: holds %s, this run has %s".formatted(file, lines.get(l), other));
      }
    }
  }
}
