package dev.farsight.datasets.npy;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.farsight.api.FarsightException;
import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.internal.DurableFiles;
import dev.farsight.datasets.npy.PreparedManifest.FileSum;
import dev.farsight.datasets.npy.PreparedManifest.Part;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Compares the files of prepared data with its manifest. */
final class PreparedFiles {

  private static final int BUFFER_BYTES = 1 << 20;

  private final Path folder;
  private final PreparedManifest manifest;

  /** All files but the manifest, as they lie in the folder. */
  private final Map<String, FileSum> wanted = new TreeMap<>();

  PreparedFiles(Path folder, PreparedManifest manifest) {
    this.folder = folder;
    this.manifest = manifest;
    manifest.parts().forEach(part -> wanted.putAll(part.files()));
    manifest.fitted().forEach((name, sum) -> wanted.put(PreparedManifest.FITTED + "/" + name, sum));
  }

  /**
   * Checks that there are the files of the manifest and no other arrays, with the sizes that it
   * tells.
   *
   * @throws FarsightException if not
   */
  void requireThere() {
    wanted.forEach((name, sum) -> requireSize(folder.resolve(name), sum));
    requireNoOther(folder, "", name -> name.endsWith(".npy") || name.endsWith(".npz"));
    Path fitted = folder.resolve(PreparedManifest.FITTED);
    if (Files.isDirectory(fitted)) {
      requireNoOther(fitted, PreparedManifest.FITTED + "/", name -> true);
    }
  }

  private static void requireSize(Path file, FileSum sum) {
    try {
      if (!Files.isRegularFile(file)) {
        throw new FarsightException(
            file
                + ": is missing, and "
                + PreparedManifest.FILE
                + " tells of it; prepare the data again");
      }
      long bytes = Files.size(file);
      if (bytes != sum.bytes()) {
        throw new FarsightException(
            String.format(
                Locale.ROOT,
                "%s: has %d bytes, and %s tells %d; prepare the data again",
                file,
                bytes,
                PreparedManifest.FILE,
                sum.bytes()));
      }
    } catch (IOException e) {
      throw DurableFiles.unreadable(file, e);
    }
  }

  private void requireNoOther(Path in, String prefix, Predicate<String> concerned) {
    for (String name : names(in)) {
      if (concerned.test(name) && !wanted.containsKey(prefix + name)) {
        throw new FarsightException(
            in.resolve(name)
                + ": is not in "
                + PreparedManifest.FILE
                + "; remove it, or prepare the data again");
      }
    }
  }

  private static Set<String> names(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .collect(Collectors.toCollection(TreeSet::new));
    } catch (IOException e) {
      throw DurableFiles.unreadable(folder, e);
    }
  }

  /**
   * Reads all files and compares their SHA-256.
   *
   * @throws FarsightException if one differs
   */
  void verify(Workers team) {
    List<String> names = List.copyOf(wanted.keySet());
    team.run(
        names.size(),
        (index, worker) -> {
          Path file = folder.resolve(names.get(index));
          String found = sha256(file);
          String told = wanted.get(names.get(index)).sha256();
          if (!found.equals(told)) {
            throw new FarsightException(
                String.format(
                    Locale.ROOT,
                    "%s: is damaged: its SHA-256 is %s, and %s tells %s",
                    file,
                    found,
                    PreparedManifest.FILE,
                    told));
          }
        });
  }

  /**
   * Checks that what was found out when the data was prepared is what was found out for a model.
   *
   * @param model the folder with the latter
   * @throws FarsightException if not
   */
  void requireFitted(Path model) {
    Set<String> names = Files.isDirectory(model) ? names(model) : new TreeSet<>();
    Path own = folder.resolve(PreparedManifest.FITTED);
    var all = new TreeSet<>(names);
    all.addAll(manifest.fitted().keySet());
    for (String name : all) {
      FileSum sum = manifest.fitted().get(name);
      if (sum == null || !names.contains(name)) {
        Path there = (sum == null ? model : own).resolve(name);
        throw otherFitted(there, "has no counterpart in " + (sum == null ? own : model));
      }
      if (!sha256(model.resolve(name)).equals(sum.sha256())) {
        throw otherFitted(own.resolve(name), "differs from " + model.resolve(name));
      }
    }
  }

  private static FarsightException otherFitted(Path file, String how) {
    return new FarsightException(
        file
            + ": "
            + how
            + ": the data was prepared with other means or vocabularies than the model was trained"
            + " with; prepare it with those of the model (data prepare --fitted MODEL)");
  }

  /** What the data is, by its content: its layout, and the sums of its files. */
  String identity() {
    var text = new ArrayList<String>();
    manifest.schema().tables().tables().forEach(table -> text.add(table.toString()));
    manifest.schema().features().forEach(feature -> text.add(feature.toString()));
    manifest.dense().forEach(dense -> text.add(dense.name()));
    for (Part part : manifest.parts()) {
      text.add(part.evaluation() + " " + part.samples());
      part.files().forEach((name, sum) -> text.add(sum.toString()));
    }
    manifest.fitted().forEach((name, sum) -> text.add(name + sum));
    return identityOf(manifest.samples(), text);
  }

  /** What data is that consists of these. */
  static String identityOf(long samples, List<String> contents) {
    byte[] text = String.join("\n", contents).getBytes(UTF_8);
    return String.format(
        Locale.ROOT,
        "prepared, %d samples, %s",
        samples,
        HexFormat.of().formatHex(digest().digest(text)));
  }

  private static String sha256(Path file) {
    MessageDigest digest = digest();
    try (InputStream in = Files.newInputStream(file)) {
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
    } catch (IOException e) {
      throw DurableFiles.unreadable(file, e);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java platform has it
    }
  }
}
