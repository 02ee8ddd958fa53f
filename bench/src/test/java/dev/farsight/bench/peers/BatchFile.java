package dev.farsight.bench.peers;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.Feature;
import dev.farsight.api.memory.HostBuffers;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes the samples of a pass as the npz file that python/farsight_model.py reads. */
final class BatchFile {

  private static final int CAPACITY = 64;

  private final BatchSchema schema;
  private final ByteArrayOutputStream dense = new ByteArrayOutputStream();
  private final TreeMap<String, ByteArrayOutputStream> arrays = new TreeMap<>();

  /** The rows that were looked up, by table. */
  private final BitSet[] lookedUp;

  private final int[] lookups;
  private int samples;

  private BatchFile(BatchSchema schema) {
    this.schema = schema;
    lookups = new int[schema.features().size()];
    lookedUp = new BitSet[schema.tables().size()];
    Arrays.setAll(lookedUp, t -> new BitSet());
  }

  /** Writes a pass; returns the rows that it looks up, by table. */
  static BitSet[] write(Path file, BatchSchema schema, BatchSource pass) throws IOException {
    var written = new BatchFile(schema);
    var batch = new Batch(schema, CAPACITY, HostBuffers.plain());
    while (pass.next(batch)) {
      written.add(batch);
    }
    written.finish(file);
    return written.lookedUp;
  }

  private void add(Batch batch) throws IOException {
    for (int i = 0; i < batch.samples() * schema.denseWidth(); i++) {
      putFloat(dense, batch.dense().get(i));
    }
    for (int f = 0; f < lookups.length; f++) {
      Feature feature = schema.features().get(f);
      for (int s = 0; s < batch.samples() && !feature.oneHot(); s++) {
        putInt(array("offsets.", feature), lookups[f] + batch.offsets(f)[s]);
      }
      for (int i = 0; i < batch.lookups(f); i++) {
        putInt(array("index.", feature), batch.indices(f)[i]);
        lookedUp[feature.table()].set(batch.indices(f)[i]);
        if (feature.weighted()) {
          putFloat(array("weight.", feature), batch.lookupWeights(f).get(i));
        }
      }
      lookups[f] += batch.lookups(f);
    }
    samples += batch.samples();
  }

  private ByteArrayOutputStream array(String kind, Feature feature) {
    return arrays.computeIfAbsent(kind + feature.name(), key -> new ByteArrayOutputStream());
  }

  private static void putInt(ByteArrayOutputStream out, int value) throws IOException {
    new DataOutputStream(out).writeInt(Integer.reverseBytes(value));
  }

  private static void putFloat(ByteArrayOutputStream out, float value) throws IOException {
    putInt(out, Float.floatToRawIntBits(value));
  }

  private void finish(Path file) throws IOException {
    try (var zip = new ZipOutputStream(Files.newOutputStream(file))) {
      entry(zip, "dense", "<f4", "(" + samples + ", " + schema.denseWidth() + ")", dense);
      for (var array : arrays.entrySet()) {
        entry(
            zip,
            array.getKey(),
            array.getKey().startsWith("weight.") ? "<f4" : "<i4",
            "(" + array.getValue().size() / Integer.BYTES + ",)",
            array.getValue());
      }
    }
  }

  private static void entry(
      ZipOutputStream zip, String name, String type, String shape, ByteArrayOutputStream values)
      throws IOException {
    String text = "{'descr': '" + type + "', 'fortran_order': False, 'shape': " + shape + ", }\n";
    zip.putNextEntry(new ZipEntry(name + ".npy"));
    zip.write(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
    zip.write(new byte[] {(byte) text.length(), (byte) (text.length() >> 8)});
    zip.write(text.getBytes(US_ASCII));
    values.writeTo(zip);
    zip.closeEntry();
  }
}
