package dev.farsight.datasets.csv;

import dev.farsight.api.config.Settings;
import dev.farsight.datasets.text.DelimitedFormat;
import dev.farsight.datasets.text.HeaderLayout;
import dev.farsight.reading.ColumnSettings;
import dev.farsight.reading.Columns;

/** Makes a format of the section {@code farsight.data.csv}. */
final class CsvFormat {

  private CsvFormat() {}

  static DelimitedFormat of(Settings own) {
    char separator = ColumnSettings.separator(own);
    boolean header = own.bool("header");
    Columns columns = ColumnSettings.named(own, separator);
    return new DelimitedFormat(
        separator,
        own.bool("quotes"),
        header,
        columns,
        header ? new HeaderLayout(true) : new NumberedColumns(own, columns));
  }
}
