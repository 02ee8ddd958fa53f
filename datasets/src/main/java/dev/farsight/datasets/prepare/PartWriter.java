package dev.farsight.datasets.prepare;

import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSchema.Column;
import dev.farsight.api.data.Feature;
import dev.farsight.api.internal.DurableFiles;
import dev.farsight.api.internal.npy.NpyHeader;
import dev.farsight.datasets.npy.PartFiles;
import dev.farsight.datasets.npy.PreparedManifest.FileSum;
import dev.farsight.datasets.npy.PreparedManifest.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Writes one part of prepared data. Its files have their names when they are whole and on disk;
 * before, their names end in {@link #PARTIAL}. Takes at most 16 MiB of memory, or 4 KiB an array if
 * that is more. Not thread-safe.
 */
final class PartWriter {

  /** How the names of files end that are not whole. */
  static final String PARTIAL = ".partial";

  private static final int ALL_BUFFER_BYTES = 1 << 24;
  private static final int LARGEST_BUFFER_BYTES = 1 << 20;
  private static final int SMALLEST_BUFFER_BYTES = 1 << 12;

  private final Path folder;
  private final String name;
  private final BatchSchema schema;
  private final int bufferBytes;
  private final List<ArrayWriter> files = new ArrayList<>();

  /** Arrays that become entries of an npz file, by the name of the entry. */
  private final Map<String, ArrayWriter> entries = new LinkedHashMap<>();

  private final List<ColumnWriter> columns = new ArrayList<>();
  private long samples;
  private long clicks;

  /** Writes samples {@code from} to {@code to - 1} of a batch. */
  private interface ColumnWriter {
    void write(Batch batch, int from, int to);
  }

  PartWriter(Path folder, String name, BatchSchema schema) {
    this.folder = folder;
    this.name = name;
    this.schema = schema;
    int arrays = 6 + 3 * schema.features().size();
    bufferBytes =
        Math.max(SMALLEST_BUFFER_BYTES, Math.min(LARGEST_BUFFER_BYTES, ALL_BUFFER_BYTES / arrays));
    addDense();
    if (schema.oneHot()) {
      addOneHot();
    } else {
      for (int f = 0; f < schema.features().size(); f++) {
        addBags(f, schema.features().get(f));
      }
    }
    for (Column column : Column.values()) {
      if (schema.has(column)) {
        add(column);
      }
    }
  }

  private ArrayWriter file(String suffix, String type, int width) {
    var array = new ArrayWriter(partial(name + suffix), type, width, bufferBytes);
    files.add(array);
    return array;
  }

  private ArrayWriter entry(String entry, String type, int width) {
    Path file = partial(name + PartFiles.MULTI_HOT + "." + entry);
    var array = new ArrayWriter(file, type, width, bufferBytes);
    entries.put(entry, array);
    return array;
  }

  private Path partial(String file) {
    return folder.resolve(file + PARTIAL);
  }

  private void addDense() {
    int width = schema.denseWidth();
    if (width > 0) {
      ArrayWriter dense = file(PartFiles.DENSE, NpyHeader.FLOAT32, width);
      columns.add((batch, from, to) -> dense.put(batch.dense(), from * width, to * width));
    }
  }

  private void addOneHot() {
    int width = schema.features().size();
    ArrayWriter sparse = file(PartFiles.SPARSE, NpyHeader.INT32, width);
    columns.add(
        (batch, from, to) -> {
          for (int s = from; s < to; s++) {
            for (int f = 0; f < width; f++) {
              sparse.put(batch.indices(f)[s]);
            }
          }
        });
  }

  private void addBags(int f, Feature feature) {
    boolean fixed = PartFiles.fixed(feature);
    int width = fixed ? feature.maxLookups() : ArrayWriter.ONE_DIMENSION;
    ArrayWriter ids =
        entry(fixed ? PartFiles.entry(f) : PartFiles.values(f), NpyHeader.INT32, width);
    columns.add(
        (batch, from, to) -> ids.put(batch.indices(f), start(batch, f, from), start(batch, f, to)));
    if (!fixed) {
      addOffsets(f);
    }
    if (feature.weighted()) {
      ArrayWriter weights = entry(PartFiles.weights(f), NpyHeader.FLOAT32, width);
      columns.add(
          (batch, from, to) ->
              weights.put(batch.lookupWeights(f), start(batch, f, from), start(batch, f, to)));
    }
  }

  private void addOffsets(int f) {
    ArrayWriter offsets = entry(PartFiles.offsets(f), NpyHeader.INT64, ArrayWriter.ONE_DIMENSION);
    offsets.put(0L);
    var lookups = new long[1];
    columns.add(
        (batch, from, to) -> {
          int[] starts = batch.offsets(f);
          for (int s = from; s < to; s++) {
            lookups[0] += starts[s + 1] - starts[s];
            offsets.put(lookups[0]);
          }
        });
  }

  /** Where the lookups of a sample begin. */
  private static int start(Batch batch, int f, int sample) {
    return batch.offsets(f) == null ? sample : batch.offsets(f)[sample];
  }

  private void add(Column column) {
    boolean longs = column == Column.GROUP || column == Column.ROW_NUMBER;
    boolean label = column == Column.LABEL;
    String type = label ? NpyHeader.INT32 : longs ? NpyHeader.INT64 : NpyHeader.FLOAT32;
    ArrayWriter array = file(PartFiles.suffix(column), type, label ? 1 : ArrayWriter.ONE_DIMENSION);
    columns.add(
        switch (column) {
          case LABEL -> (batch, from, to) -> writeLabels(array, batch, from, to);
          case TRUTH -> (batch, from, to) -> array.put(batch.truth(), from, to);
          case WEIGHT -> (batch, from, to) -> array.put(batch.weights(), from, to);
          case GROUP -> (batch, from, to) -> array.put(batch.groups(), from, to);
          case ROW_NUMBER -> (batch, from, to) -> array.put(batch.rowNumbers(), from, to);
        });
  }

  private void writeLabels(ArrayWriter array, Batch batch, int from, int to) {
    for (int s = from; s < to; s++) {
      int label = (int) batch.labels().get(s);
      clicks += label;
      array.put(label);
    }
  }

  /** Adds samples {@code from} to {@code to - 1} of a batch. */
  void add(Batch batch, int from, int to) {
    for (ColumnWriter column : columns) {
      column.write(batch, from, to);
    }
    samples += to - from;
  }

  long samples() {
    return samples;
  }

  /** How many samples have the label 1. */
  long clicks() {
    return clicks;
  }

  /** On return, the part is on disk, and its files have their names. */
  Part finish(boolean evaluation) {
    files.forEach(ArrayWriter::finish);
    entries.values().forEach(ArrayWriter::finish);
    if (!entries.isEmpty()) {
      NpzWriter.write(partial(name + PartFiles.MULTI_HOT), entries);
    }
    SortedMap<String, FileSum> sums = new TreeMap<>();
    for (String file : PartFiles.of(name, schema)) {
      sums.put(file, publish(file));
    }
    try {
      DurableFiles.force(folder);
    } catch (IOException e) {
      throw DurableFiles.unwritable(folder, e);
    }
    return new Part(name, evaluation, samples, sums);
  }

  private FileSum publish(String file) {
    Path partial = partial(file);
    try {
      FileSum sum = FileSums.of(partial);
      DurableFiles.force(partial);
      Files.move(partial, folder.resolve(file), StandardCopyOption.ATOMIC_MOVE);
      return sum;
    } catch (IOException e) {
      throw DurableFiles.unwritable(partial, e);
    }
  }
}
