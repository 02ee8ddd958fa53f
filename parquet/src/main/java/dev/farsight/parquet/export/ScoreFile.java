package dev.farsight.parquet.export;

import dev.farsight.api.data.FieldTexts;
import dev.farsight.api.export.ScoreWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;

/** A Parquet file of scores, one row a sample. */
final class ScoreFile implements ScoreWriter {

  private final RecordFile file;
  private final int fields;
  private final boolean logits;

  private ScoreFile(RecordFile file, Columns columns) {
    this.file = file;
    this.fields = columns.fields().size();
    this.logits = columns.logits();
  }

  static ScoreFile create(Path path, Columns columns) throws IOException {
    return new ScoreFile(RecordFile.create(path, schema(columns)), columns);
  }

  private static MessageType schema(Columns columns) {
    var types = new ArrayList<Type>();
    for (String field : columns.fields()) {
      types.add(
          Types.required(PrimitiveTypeName.BINARY)
              .as(LogicalTypeAnnotation.stringType())
              .named(field));
    }
    if (columns.logits()) {
      types.add(Types.required(PrimitiveTypeName.FLOAT).named("logit"));
    }
    types.add(Types.required(PrimitiveTypeName.FLOAT).named("probability"));
    return new MessageType("scores", types);
  }

  @Override
  public void write(FieldTexts texts, float[] logitOf, float[] probabilityOf, int samples)
      throws IOException {
    for (int s = 0; s < samples; s++) {
      int sample = s;
      file.write(
          record -> {
            int next = 0;
            for (; next < fields; next++) {
              record.text(next, texts.text(sample, next));
            }
            if (logits) {
              record.number(next++, logitOf[sample]);
            }
            record.number(next, probabilityOf[sample]);
          });
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
