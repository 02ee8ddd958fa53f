package dev.farsight.datasets.npy;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.farsight.api.FarsightException;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.DenseFeature;
import dev.farsight.api.internal.DurableFiles;
import dev.farsight.api.internal.JsonFile;
import dev.farsight.api.internal.Quoted;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * What prepared data consists of: {@code manifest.json} in its folder. It is written last, so a
 * folder without it is not complete.
 *
 * @param farsight the version that wrote it
 * @param source the data that was prepared
 * @param schema the layout of the samples, without a limit of lookups
 * @param dense the dense values of a sample
 * @param parts the samples, in order: parts for training, then those for evaluation
 * @param fitted the files of what was found out from the training part, by name; none if nothing
 *     was
 * @param badRows malformed rows that were left out
 * @param truncatedBags bags that were cut short
 */
public record PreparedManifest(
    String farsight,
    Source source,
    BatchSchema schema,
    List<DenseFeature> dense,
    List<Part> parts,
    SortedMap<String, FileSum> fitted,
    long badRows,
    long truncatedBags) {

  public static final String FILE = "manifest.json";

  /** The folder within the prepared one with what was found out from the training part. */
  public static final String FITTED = "fitted";

  static final int FORMAT = 1;

  /**
   * The data that was prepared.
   *
   * @param name the kind of source, as in {@code data.source}
   * @param identity as {@link dev.farsight.api.data.DataSource#contentIdentity} tells
   * @param settings the section {@code farsight.data}
   */
  public record Source(String name, String identity, Map<String, Object> settings) {

    public Source {
      settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings)); // with nulls
    }
  }

  /**
   * Samples that have files of their own.
   *
   * @param name how the names of its files begin
   * @param evaluation whether the samples are for evaluation
   * @param samples how many there are
   * @param files its files, by name
   */
  public record Part(
      String name, boolean evaluation, long samples, SortedMap<String, FileSum> files)
      implements Serializable {

    public Part {
      files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
      requireName(name);
      if (samples < 1) {
        throw new IllegalArgumentException("part " + Quoted.of(name) + ": " + samples + " samples");
      }
    }
  }

  /**
   * What a file holds.
   *
   * @param sha256 in hexadecimal digits, lower case
   */
  public record FileSum(long bytes, String sha256) implements Serializable {

    public FileSum {
      if (bytes < 0 || !sha256.matches("[0-9a-f]{64}")) {
        throw new IllegalArgumentException(
            "a file of " + bytes + " bytes with the SHA-256 " + Quoted.of(sha256));
      }
    }
  }

  public PreparedManifest {
    dense = List.copyOf(dense);
    parts = List.copyOf(parts);
    fitted = Collections.unmodifiableSortedMap(new TreeMap<>(fitted));
    if (dense.size() != schema.denseWidth()) {
      throw new IllegalArgumentException(
          dense.size() + " dense features, and samples have " + schema.denseWidth());
    }
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("there are no parts");
    }
    if (badRows < 0 || truncatedBags < 0) {
      throw new IllegalArgumentException(
          badRows + " bad rows and " + truncatedBags + " truncated bags");
    }
    fitted.keySet().forEach(PreparedManifest::requireName);
    requireParts(parts, schema);
  }

  private static void requireParts(List<Part> parts, BatchSchema schema) {
    var names = new HashSet<String>();
    boolean evaluation = false;
    for (Part part : parts) {
      String shown = "part " + Quoted.of(part.name());
      if (!names.add(part.name())) {
        throw new IllegalArgumentException(shown + " is there twice");
      }
      if (evaluation && !part.evaluation()) {
        throw new IllegalArgumentException(shown + " is for training, behind one for evaluation");
      }
      evaluation = part.evaluation();
      List<String> needed = PartFiles.of(part.name(), schema);
      if (!part.files().keySet().equals(new HashSet<>(needed))) {
        throw new IllegalArgumentException(
            shown
                + " has the files "
                + part.files().keySet()
                + ", and its samples need "
                + String.join(", ", needed));
      }
    }
  }

  /** A name of a file must not lead elsewhere. */
  private static void requireName(String name) {
    if (!name.matches("[A-Za-z0-9_%~-][A-Za-z0-9_.%~-]*")) {
      throw new IllegalArgumentException(Quoted.of(name) + " is not a name of a file");
    }
  }

  /** What dense values are, with names for those of which the source does not tell. */
  public static List<DenseFeature> dense(int width, List<DenseFeature> told) {
    return told.size() == width
        ? told
        : IntStream.rangeClosed(1, width)
            .mapToObj(d -> new DenseFeature("d" + d, List.of()))
            .toList();
  }

  /** How many samples all parts have. */
  public long samples() {
    return parts.stream().mapToLong(Part::samples).sum();
  }

  /** Whether a folder has a manifest. */
  public static boolean isIn(Path folder) {
    return Files.isRegularFile(folder.resolve(FILE));
  }

  /** Writes the manifest into the folder of the data, completely or not at all. */
  public void write(Path folder) {
    byte[] json = ManifestJson.write(this).getBytes(UTF_8);
    DurableFiles.write(folder.resolve(FILE), out -> out.write(json));
  }

  /**
   * Reads the manifest of a folder. No other file is looked at.
   *
   * @throws FarsightException if there is none, it is damaged, or it has another format
   */
  public static PreparedManifest read(Path folder) {
    Path file = folder.resolve(FILE);
    if (!Files.isRegularFile(file)) {
      throw new FarsightException(
          file + ": is missing, so the data in the folder is not complete; prepare it again");
    }
    try {
      return JsonFile.parse(file, JsonFile.bytes(file), json -> ManifestJson.read(file, json));
    } catch (IOException e) {
      throw DurableFiles.unreadable(file, e);
    }
  }
}
