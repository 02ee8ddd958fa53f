package dev.farsight.datasets.npy;

import static dev.farsight.datasets.npy.NpyFiles.array;

import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSchema.Column;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.Feature;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.datasets.npy.PreparedManifest.FileSum;
import dev.farsight.datasets.npy.PreparedManifest.Part;
import dev.farsight.datasets.npy.PreparedManifest.Source;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/** Prepares small data in the plainest way: the batches of a source are the parts. */
final class PreparedWriter {

  private final Path folder;
  private final BatchSchema schema;
  private final List<Part> parts = new ArrayList<>();

  private PreparedWriter(Path folder, BatchSchema schema) {
    this.folder = folder;
    this.schema = schema;
  }

  /**
   * Writes all samples of a source into a folder that is empty.
   *
   * @param partSamples samples of a part
   */
  static void write(DataSource source, Path folder, int partSamples) throws IOException {
    var writer = new PreparedWriter(folder, source.schema());
    if (source.schema().labelled()) {
      writer.write(source.train(0), false, partSamples);
    }
    writer.write(source.eval(), true, partSamples);
    Path fitted = Files.createDirectory(folder.resolve("fitted"));
    source.saveFitted(fitted);
    SortedMap<String, FileSum> sums = new TreeMap<>();
    try (var files = Files.list(fitted)) {
      for (Path file : files.toList()) {
        sums.put(file.getFileName().toString(), sum(file));
      }
    }
    if (sums.isEmpty()) {
      Files.delete(fitted);
    }
    new PreparedManifest(
            "test",
            new Source("test", source.contentIdentity(), Map.of()),
            source.schema(),
            PreparedManifest.dense(source.schema().denseWidth(), source.denseFeatures()),
            writer.parts,
            sums,
            0,
            0)
        .write(folder);
  }

  private void write(BatchSource pass, boolean evaluation, int partSamples) throws IOException {
    try (pass) {
      var batch = new Batch(schema, partSamples, HostBuffers.plain());
      for (int p = 0; pass.next(batch); p++) {
        String name = "%s-%05d".formatted(evaluation ? "eval" : "train", p);
        SortedMap<String, FileSum> sums = new TreeMap<>();
        for (Map.Entry<String, byte[]> file : files(name, batch).entrySet()) {
          sums.put(file.getKey(), sum(Files.write(folder.resolve(file.getKey()), file.getValue())));
        }
        if (!schema.oneHot()) {
          Path npz = folder.resolve(name + "_sparse_multi_hot.npz");
          sums.put(npz.getFileName().toString(), sum(NpyFiles.writeZip(npz, bags(batch))));
        }
        parts.add(new Part(name, evaluation, batch.samples(), sums));
      }
    }
  }

  private Map<String, byte[]> files(String part, Batch batch) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    int n = batch.samples();
    int width = schema.denseWidth();
    int features = schema.features().size();
    if (width > 0) {
      files.put(part + "_dense.npy", array("<f4", width, values(n * width, batch.dense())));
    }
    if (schema.labelled()) {
      files.put(part + "_labels.npy", array("<i4", 1, values(n, batch.labels())));
    }
    if (schema.oneHot()) {
      IntToDoubleFunction id = i -> batch.indices(i % features)[i / features];
      files.put(part + "_sparse.npy", array("<i4", features, values(n * features, id)));
    }
    if (schema.has(Column.TRUTH)) {
      files.put(part + "_truth.npy", array("<f4", 0, values(n, batch.truth())));
    }
    if (schema.has(Column.WEIGHT)) {
      files.put(part + "_weights.npy", array("<f4", 0, values(n, batch.weights())));
    }
    if (schema.has(Column.GROUP)) {
      files.put(part + "_groups.npy", array("<i8", 0, values(n, i -> batch.groups().get(i))));
    }
    if (schema.has(Column.ROW_NUMBER)) {
      files.put(part + "_rows.npy", array("<i8", 0, values(n, i -> batch.rowNumbers().get(i))));
    }
    return files;
  }

  private Map<String, byte[]> bags(Batch batch) {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    for (int f = 0; f < schema.features().size(); f++) {
      Feature feature = schema.features().get(f);
      int[] ids = batch.indices(f);
      double[] values = values(batch.lookups(f), i -> ids[i]);
      boolean fixed = feature.minLookups() == feature.maxLookups();
      int columns = fixed ? feature.maxLookups() : 0;
      if (fixed) {
        entries.put(f + ".npy", array("<i4", columns, values));
      } else {
        int[] offsets = batch.offsets(f);
        entries.put(f + "_values.npy", array("<i4", 0, values));
        entries.put(
            f + "_offsets.npy", array("<i8", 0, values(batch.samples() + 1, i -> offsets[i])));
      }
      if (feature.weighted()) {
        double[] weights = values(batch.lookups(f), batch.lookupWeights(f));
        entries.put(f + "_weights.npy", array("<f4", columns, weights));
      }
    }
    return entries;
  }

  private static double[] values(int count, FloatBuffer from) {
    return values(count, i -> from.get(i));
  }

  private static double[] values(int count, IntToDoubleFunction value) {
    return IntStream.range(0, count).mapToDouble(value).toArray();
  }

  /** What a manifest tells of a file. */
  static FileSum sum(Path file) throws IOException {
    try {
      byte[] bytes = Files.readAllBytes(file);
      byte[] sum = MessageDigest.getInstance("SHA-256").digest(bytes);
      return new FileSum(bytes.length, HexFormat.of().formatHex(sum));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
