package dev.farsight.engine.predict;

import dev.farsight.api.data.FieldTexts;
import dev.farsight.api.export.ScoreWriter;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;

/** Scores as text with a header. Numbers are the shortest that are read back to the same bits. */
final class CsvScores implements ScoreWriter {

  private final Writer out;
  private final int fields;
  private final boolean logits;

  CsvScores(Path file, Columns columns) throws IOException {
    this.out = Files.newBufferedWriter(file);
    this.fields = columns.fields().size();
    this.logits = columns.logits();
    for (String field : columns.fields()) {
      out.append(quoted(field)).append(',');
    }
    out.append(logits ? "logit,probability\n" : "probability\n");
  }

  @Override
  public void write(FieldTexts texts, float[] logitOf, float[] probabilityOf, int samples)
      throws IOException {
    for (int s = 0; s < samples; s++) {
      for (int f = 0; f < fields; f++) {
        out.append(quoted(texts.text(s, f))).append(',');
      }
      if (logits) {
        out.append(Float.toString(logitOf[s])).append(',');
      }
      out.append(Float.toString(probabilityOf[s])).append('\n');
    }
  }

  /** As RFC 4180 has it. */
  private static String quoted(String text) {
    boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
