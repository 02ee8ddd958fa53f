package dev.farsight.engine;

import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.DataSourceFactory;
import dev.farsight.api.data.FittedData;
import dev.farsight.api.data.ForwardingDataSource;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.plugin.Components;
import dev.farsight.testkit.data.RandomData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Random samples that depend on a number that the source finds out, in place of the synthetic ones.
 * Where a number was found before, it stays; the source keeps a list of all numbers that it may.
 *
 * @param finds the number that is found out
 */
record FittingData(int finds) implements DataSourceFactory {

  static final String NUMBER = "number.txt";
  static final String ALL = "all numbers.txt";

  static Components in(Components components, int finds) {
    return TestRun.withSynthetic(components, new FittingData(finds));
  }

  @Override
  public String name() {
    return "synthetic";
  }

  @Override
  public DataSource open(DataContext context) {
    try {
      FittedData fitted = context.fitted();
      int number = fitted == null ? finds : Integer.parseInt(read(fitted, NUMBER));
      String earlier = fitted == null ? "" : read(fitted, ALL);
      String all = fitted == null || fitted.extend() ? earlier + " " + finds : earlier;
      var tables = new TableSet(List.of(new Table("few", 30), new Table("many", 9000)));
      var schema = new BatchSchema(3, tables, true, false);
      return new Source(
          new RandomData(schema, context.batchSize(), 3000, 300, context.seed() + number),
          number,
          all);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(FittedData fitted, String file) throws IOException {
    return Files.readString(fitted.folder().resolve(file));
  }

  private static final class Source extends ForwardingDataSource {

    private final int number;
    private final String all;

    Source(DataSource samples, int number, String all) {
      super(samples);
      this.number = number;
      this.all = all;
    }

    @Override
    public void saveFitted(Path folder) throws IOException {
      Files.writeString(folder.resolve(NUMBER), Integer.toString(number));
      Files.writeString(folder.resolve(ALL), all);
    }
  }
}
