package dev.farsight.testkit.data;

import dev.farsight.api.config.Settings;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.DataSourceFactory;
import dev.farsight.api.data.FittedData;
import dev.farsight.testkit.config.Sections;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Data of a case, written into a folder, and sources that read it. Data that can be read only once
 * is written anew for each source.
 */
final class OpenedData {

  private static final long SEED = 1;

  /** The engine's defaults. */
  private static final String DEFAULTS =
      "path = null\neval-fraction = 0\non-bad-row = fail\nmax-lookups = null\nshuffle = none\n";

  private final DataSourceFactory factory;
  private final DataCase of;
  private final Path folder;
  private int folders;
  private String settings;

  OpenedData(DataSourceFactory factory, DataCase of, Path folder) {
    this.factory = factory;
    this.of = of;
    this.folder = folder;
  }

  /** A folder that is empty. */
  Path newFolder() {
    try {
      return Files.createDirectories(folder.resolve("data-" + folders++));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String written() {
    if (settings == null || of.readOnce()) {
      try {
        settings = of.files().write(newFolder());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return settings;
  }

  /** The same data in another folder. */
  OpenedData copy() {
    return new OpenedData(factory, of, newFolder());
  }

  DataSource open() {
    return open(DataUnderTest.BATCH, 1);
  }

  DataSource open(int batchSize, int threads) {
    return open(batchSize, threads, null, "");
  }

  /** With what was found out from earlier data. */
  DataSource open(FittedData fitted) {
    return open(DataUnderTest.BATCH, 2, fitted, "");
  }

  /** With some of the source's own settings changed. */
  DataSource openWith(String own) {
    return open(DataUnderTest.BATCH, 1, null, own);
  }

  private DataSource open(int batchSize, int threads, FittedData fitted, String own) {
    String keys =
        "%s%s\nbatch-size = %d\n%s { %s\n}"
            .formatted(DEFAULTS, written(), batchSize, factory.name(), own);
    Settings data = Sections.of("farsight.data", keys, factory);
    String secondPass = of.readOnce() ? null : "this test";
    return factory.open(
        new DataContext(
            data, data.section(factory.name()), batchSize, SEED, threads, secondPass, fitted));
  }

  /** A source to open one pass after the other on. */
  Sources sources() {
    return new Sources();
  }

  /** One source for all passes, or one for each if data can be read only once. */
  final class Sources implements AutoCloseable {

    private DataSource source;

    DataSource next() {
      if (source == null || of.readOnce()) {
        close();
        source = open();
      }
      return source;
    }

    @Override
    public void close() {
      if (source != null) {
        source.close();
      }
    }
  }

  /** Which of its two parts a source has to offer: those that have no labels only one. */
  static List<Part> parts(DataSource source) {
    return source.schema().labelled() ? List.of(Part.TRAIN, Part.EVAL) : List.of(Part.EVAL);
  }

  /** A part of the data. */
  enum Part {
    TRAIN,
    EVAL;

    BatchSource pass(DataSource source) {
      return this == TRAIN ? source.train(0) : source.eval();
    }

    /** How many samples the source promises. */
    long promised(DataSource source) {
      return this == TRAIN ? source.trainSamples() : source.evalSamples();
    }
  }

  /** The samples of a part, as a source on one thread gives them. */
  List<Sample> samples(Part part) {
    try (DataSource source = open()) {
      return PassReader.all(part.pass(source), DataUnderTest.BATCH);
    }
  }

  /** Whether data of this case can be read once only. */
  boolean readOnce() {
    return of.readOnce();
  }

  boolean mayDropRows() {
    return of.mayDropRows();
  }
}
