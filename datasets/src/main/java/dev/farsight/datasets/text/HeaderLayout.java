package dev.farsight.datasets.text;

import dev.farsight.reading.Columns;
import dev.farsight.reading.FileLayout;
import java.util.List;

/**
 * Finds columns by their names in a header, in whatever order they stand there.
 *
 * @param labelRequired whether a header without the label column is an error
 */
public record HeaderLayout(boolean labelRequired) implements DelimitedFormat.Layouts {

  @Override
  public FileLayout of(DelimitedFormat format, Columns columns, List<String> header) {
    var found = new HeaderColumns(header);
    return FileLayout.of(
        columns,
        name ->
            name.equals(columns.label()) && !labelRequired
                ? found.find(name)
                : name.equals(columns.label()) ? found.label(name) : found.required(name),
        () -> format.parser(header.size(), header.size()));
  }
}
