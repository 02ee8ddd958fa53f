package dev.farsight.reading.internal.record;

import dev.farsight.reading.Columns;
import dev.farsight.reading.FileLayout;
import dev.farsight.reading.RecordFormat;
import dev.farsight.reading.RecordParser;
import java.util.function.Supplier;

/** Lines whose fields have names: all files have one layout, that of {@link Columns#fieldNames}. */
public record NamedFormat(Columns columns, Supplier<RecordParser> parsers) implements RecordFormat {

  @Override
  public boolean header() {
    return false;
  }

  @Override
  public int quotedFieldSeparator() {
    return NO_QUOTES;
  }

  @Override
  public FileLayout layout(Columns wanted, byte[] first) {
    return FileLayout.of(wanted, wanted.fieldNames()::indexOf, parsers);
  }
}
