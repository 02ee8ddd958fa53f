package dev.farsight.datasets.npy;

import dev.farsight.api.FarsightException;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSchema.Column;
import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DenseFeature;
import dev.farsight.api.data.Feature;
import dev.farsight.api.internal.DurableFiles;
import dev.farsight.api.internal.Quoted;
import dev.farsight.api.table.TableSet;
import dev.farsight.datasets.Cardinalities;
import dev.farsight.reading.file.ContentSample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Opens files of other tools: {@code day_0_dense.npy}, {@code day_0_labels.npy} and {@code
 * day_0_sparse.npy} or {@code day_0_sparse_multi_hot.npz} are one part. A part is named by any of
 * its files; the others are found beside it. The first part tells what samples are like, and the
 * others must be alike.
 */
final class OtherFiles {

  private static final int CRITEO_DENSE = 13;
  private static final int CRITEO_TABLES = 26;
  private static final int MOST_FEATURES = 1 << 16;

  private final List<Path> files;
  private final NpySettings settings;
  private final DataContext context;

  /** All files that are read. */
  private final List<Path> read = new ArrayList<>();

  OtherFiles(List<Path> files, NpySettings settings, DataContext context) {
    this.files = files;
    this.settings = settings;
    this.context = context;
  }

  NpyData open() {
    settings.requireNoneOfPrepared();
    requireNothingFitted();
    var parts = new ArrayList<SampleFiles>();
    for (String stem : stems()) {
      SampleFiles part = open(stem);
      if (!parts.isEmpty()) {
        requireAlike(parts.get(0), part, stem);
      }
      parts.add(part);
    }
    if (parts.stream().allMatch(part -> part.samples() == 0)) {
      throw new FarsightException(read.get(0) + ": has no rows");
    }
    SampleFiles first = parts.get(0);
    BatchSchema schema = schema(first);
    return new NpyData(
        schema,
        dense(schema.denseWidth()),
        List.copyOf(parts),
        -1,
        ContentSample.of(read),
        null,
        new NpyData.Rule(
            settings.modulo(),
            settings.transform(),
            "; correct farsight.data.npy.cardinalities, or set farsight.data.npy.ids = modulo"));
  }

  /** How the names of the parts begin, with their folders. */
  private Set<String> stems() {
    var stems = new LinkedHashSet<String>();
    Set<String> named = new HashSet<>(context.data().strings("path"));
    for (Path file : files) {
      String name = file.toString();
      settings
          .suffixes()
          .filter(name::endsWith)
          .findFirst()
          .ifPresentOrElse(
              suffix -> stems.add(name.substring(0, name.length() - suffix.length())),
              () -> {
                if (named.contains(name)) {
                  throw unknown(file + ": its name does not end");
                }
              });
    }
    if (stems.isEmpty()) {
      throw unknown(files.get(0).resolveSibling("") + ": no file's name ends");
    }
    return stems;
  }

  private FarsightException unknown(String what) {
    return new FarsightException(
        what
            + " in "
            + String.join(", ", settings.suffixes().toList())
            + "; see data.npy.*-suffix");
  }

  private SampleFiles open(String stem) {
    NpyArray dense = optional(stem + settings.denseSuffix());
    NpyArray labels = optional(stem + settings.labelsSuffix());
    Path ids = ids(stem);
    read.add(ids);
    NpyArray sparse = ids.toString().endsWith(".npz") ? null : NpyArray.open(ids);
    List<BagArrays> bags = sparse == null ? bags(new NpzFile(ids)) : List.of();
    if (sparse != null) {
      sparse.require(NpyType.WHOLE, sparse.columns());
    }
    long samples = sparse != null ? sparse.rows() : bags.get(0).samples();
    if (dense != null) {
      dense.require(NpyType.NUMBERS, dense.columns()).requireRows(samples, ids + " has");
    }
    if (labels != null) {
      labels.require(NpyType.ALL, 1).requireRows(samples, ids + " has");
    }
    return new SampleFiles(samples, dense, labels, sparse, bags, null, null, null, null);
  }

  private NpyArray optional(String name) {
    Path file = Path.of(name);
    if (!Files.exists(file)) {
      return null;
    }
    read.add(file);
    return NpyArray.open(file);
  }

  private Path ids(String stem) {
    List<Path> found =
        settings.sparseSuffixes().stream()
            .map(suffix -> Path.of(stem + suffix))
            .filter(Files::exists)
            .toList();
    if (found.isEmpty()) {
      throw new FarsightException(
          stem + settings.sparseSuffixes().get(0) + ": is missing, so the samples have no ids");
    }
    if (found.size() > 1) {
      throw settings
          .own()
          .bad(
              "sparse-suffix",
              "leaves a choice: there are " + found.get(0) + " and " + found.get(1));
    }
    return found.get(0);
  }

  private static List<BagArrays> bags(NpzFile npz) {
    int features = npz.entries().size();
    if (features == 0 || features > MOST_FEATURES) {
      throw new FarsightException(npz.file() + ": has " + features + " arrays");
    }
    Set<String> wanted =
        IntStream.range(0, features).mapToObj(PartFiles::entry).collect(Collectors.toSet());
    for (String entry : npz.entries()) {
      if (!wanted.contains(entry)) {
        throw new FarsightException(
            String.format(
                Locale.ROOT,
                "%s: has the entry %s; its %d entries must be 0.npy to %d.npy",
                npz.file(),
                Quoted.of(entry),
                features,
                features - 1));
      }
    }
    return IntStream.range(0, features)
        .mapToObj(f -> npz.array(PartFiles.entry(f)))
        .map(ids -> new BagArrays(ids.require(NpyType.WHOLE, ids.columns()), null, null))
        .toList();
  }

  private static void requireAlike(SampleFiles first, SampleFiles part, String stem) {
    requireAlike(first.dense(), part.dense(), "dense", stem);
    requireAlike(first.labels(), part.labels(), "labels", stem);
    requireAlike(first.sparse(), part.sparse(), "sparse", stem);
    if (first.bags().size() != part.bags().size()) {
      throw new FarsightException(
          String.format(
              Locale.ROOT,
              "%s: has %d features, and the part before has %d",
              stem,
              part.bags().size(),
              first.bags().size()));
    }
    for (int f = 0; f < first.bags().size(); f++) {
      NpyArray ids = part.bags().get(f).ids();
      ids.require(NpyType.WHOLE, first.bags().get(f).ids().columns());
    }
  }

  private static void requireAlike(NpyArray first, NpyArray other, String what, String stem) {
    if ((first == null) != (other == null)) {
      throw new FarsightException(
          first == null
              ? other.name() + ": the first part has no such file, so none may have one"
              : stem + ": has no " + what + " file, and " + first.name() + " is one");
    }
    if (first != null) {
      other.require(NpyType.ALL, first.columns());
    }
  }

  private BatchSchema schema(SampleFiles first) {
    int features = first.sparse() != null ? first.sparse().columns() : first.bags().size();
    int[] rows = settings.cardinalities(features, read.get(read.size() - 1));
    TableSet tables = Cardinalities.tables(rows, names(features, CRITEO_TABLES, "C", "c"));
    Set<Column> columns = first.labels() == null ? Set.of() : Set.of(Column.LABEL);
    List<Feature> lookups =
        IntStream.range(0, features)
            .mapToObj(f -> feature(tables.get(f).name(), f, lookups(first, f)))
            .toList();
    int denseWidth = first.dense() == null ? 0 : first.dense().columns();
    return new BatchSchema(denseWidth, tables, lookups, columns);
  }

  private static int lookups(SampleFiles part, int feature) {
    return part.sparse() != null ? 1 : part.bags().get(feature).ids().columns();
  }

  private Feature feature(String name, int table, int lookups) {
    return lookups == 1
        ? new Feature(name, table)
        : new Feature(name, table, lookups, lookups, settings.pooling(), false);
  }

  private List<DenseFeature> dense(int width) {
    IntFunction<String> names = names(width, CRITEO_DENSE, "I", "d");
    List<Map<String, Object>> transforms =
        settings.transform() == null ? List.of() : List.of(settings.transform().json());
    return IntStream.range(0, width)
        .mapToObj(d -> new DenseFeature(names.apply(d), transforms))
        .toList();
  }

  /** Criteo's names where there are as many as in its rows. */
  private static IntFunction<String> names(int count, int criteo, String as, String otherwise) {
    return i -> (count == criteo ? as : otherwise) + (i + 1);
  }

  private void requireNothingFitted() {
    if (context.fitted() == null || !Files.isDirectory(context.fitted().folder())) {
      return;
    }
    try (Stream<Path> fitted = Files.list(context.fitted().folder())) {
      fitted
          .findFirst()
          .ifPresent(
              file -> {
                throw new FarsightException(
                    file
                        + ": the model was trained with what this file tells, and npy files of"
                        + " other tools cannot be read with it; prepare the model's data instead");
              });
    } catch (IOException e) {
      throw DurableFiles.unreadable(context.fitted().folder(), e);
    }
  }
}
