package dev.farsight.engine.checkpoint;

import com.typesafe.config.Config;
import dev.farsight.api.FarsightException;
import dev.farsight.api.compute.DenseState;
import dev.farsight.api.internal.DurableFiles;
import dev.farsight.api.internal.JsonFile;
import dev.farsight.api.internal.Quoted;
import dev.farsight.engine.metrics.BuildInfo;
import dev.farsight.engine.metrics.LossDigest;
import dev.farsight.engine.metrics.Sha256;
import dev.farsight.engine.model.FittedFolder;
import dev.farsight.engine.model.ModelFacts;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UTFDataFormatException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A checkpoint on disk. Opening it reads and checks all of its own files, but not the row files
 * that it refers to.
 */
final class Checkpoint {

  static final String MANIFEST = "checkpoint.json";
  static final String MANIFEST_SHA = "checkpoint.json.sha256";
  static final String DENSE = "dense.bin";
  static final String CACHE = "cache.bin";

  private static final Set<String> OWN_FILES = Set.of(DENSE, CACHE, LossLog.NAME);

  private final Path path;
  private final Manifest manifest;

  private Checkpoint(Path path, Manifest manifest) {
    this.path = path;
    this.manifest = manifest;
  }

  /**
   * @throws FarsightException if a file is missing, damaged or of an unknown format version
   */
  static Checkpoint open(Path path) {
    try {
      var checkpoint = new Checkpoint(path, manifestOf(path));
      checkpoint.checkName();
      checkpoint.checkFiles();
      checkpoint.fitted();
      return checkpoint;
    } catch (IOException e) {
      throw DurableFiles.unreadable(path, e);
    }
  }

  /**
   * A checkpoint as followers of the run need it: its manifest, its dense parameters, and what the
   * data was found to be like. The state of the cache may be large, and is not read.
   *
   * @throws FarsightException if one of these is missing or damaged
   */
  static Checkpoint openForFollower(Path path) {
    try {
      var checkpoint = new Checkpoint(path, manifestOf(path));
      checkpoint.checkName();
      Manifest.FileDigest dense = checkpoint.manifest.files().get(DENSE);
      if (dense == null) {
        throw new FarsightException(path.resolve(MANIFEST) + ": is damaged: it has no " + DENSE);
      }
      checkpoint.checkFile(DENSE, dense);
      return checkpoint;
    } catch (IOException e) {
      throw DurableFiles.unreadable(path, e);
    }
  }

  /** A checkpoint of which only the manifest is read; empty if that cannot be read. */
  static Optional<Checkpoint> peek(Path path) {
    try {
      return Optional.of(new Checkpoint(path, manifestOf(path)));
    } catch (FarsightException e) {
      return Optional.empty();
    }
  }

  /**
   * The folder with what the data of a checkpoint's run was found to be like; empty if there is
   * none. Reads its files.
   *
   * @throws FarsightException if one is missing or damaged
   */
  Optional<Path> fitted() {
    return fitted(new CheckpointDirectory(path.toAbsolutePath().getParent()), manifest);
  }

  /** As {@link #fitted()}; needs no checkpoint, as all of a run share the folder. */
  static Optional<Path> fitted(CheckpointDirectory directory, Manifest manifest) {
    Path folder = directory.fitted();
    FittedFolder.require(folder, manifest.fitted());
    return manifest.fitted().isEmpty() ? Optional.empty() : Optional.of(folder);
  }

  /**
   * The manifest of a checkpoint.
   *
   * @throws FarsightException if its manifest cannot be read
   */
  static Manifest manifestOf(Path path) {
    Path file = path.resolve(MANIFEST);
    if (!Files.isRegularFile(file)) {
      throw new FarsightException(path + ": not a checkpoint (" + MANIFEST + " is missing)");
    }
    try {
      byte[] json = JsonFile.bytes(file);
      byte[] sha = JsonFile.bytes(path.resolve(MANIFEST_SHA));
      String line = new String(sha, StandardCharsets.ISO_8859_1);
      if (!line.equals(shaLine(Sha256.hex(Sha256.create().digest(json))))) {
        throw new FarsightException(file + ": is damaged: its SHA-256 is wrong");
      }
      return JsonFile.parse(file, json, content -> parse(file, content));
    } catch (IOException e) {
      throw DurableFiles.unreadable(file, e);
    }
  }

  /** The content of {@link #MANIFEST_SHA}, in the format that {@code sha256sum -c} reads. */
  static String shaLine(String sha256) {
    return sha256 + "  " + MANIFEST + "\n";
  }

  private static Manifest parse(Path file, Config json) {
    int format = json.getInt("format");
    if (format < Manifest.FIRST_FORMAT || format > Manifest.FORMAT) {
      throw new FarsightException(
          String.format(
              Locale.ROOT,
              "%s: has format %d, written by Farsight %s; this is Farsight %s, which reads formats %d to %d: use the version that wrote it",
              file,
              format,
              json.hasPath("version") ? Quoted.of(json.getString("version")) : "of unknown version",
              BuildInfo.version(),
              Manifest.FIRST_FORMAT,
              Manifest.FORMAT));
    }
    return Manifest.of(json);
  }

  /** A checkpoint of another step under this name would be replaced when training gets there. */
  private void checkName() {
    var namedStep = CheckpointDirectory.stepOf(path);
    if (namedStep.isPresent() && namedStep.getAsLong() != step()) {
      throw new RenamedCheckpointException(path, step());
    }
  }

  private void checkFiles() throws IOException {
    for (Map.Entry<String, Manifest.FileDigest> entry : manifest.files().entrySet()) {
      if (!OWN_FILES.contains(entry.getKey())) {
        throw new FarsightException(
            path.resolve(MANIFEST)
                + ": is damaged: a checkpoint has no file "
                + Quoted.of(entry.getKey()));
      }
      checkFile(entry.getKey(), entry.getValue());
    }
  }

  private void checkFile(String name, Manifest.FileDigest digest) throws IOException {
    Path file = path.resolve(name);
    if (!Files.isRegularFile(file)) {
      throw new FarsightException(file + ": is missing");
    }
    long bytes = Files.size(file);
    if (bytes != digest.bytes()) {
      throw new FarsightException(
          String.format(
              Locale.ROOT, "%s: is damaged: it has %d bytes of %d", file, bytes, digest.bytes()));
    }
    if (!Sha256.ofFile(file).equals(digest.sha256())) {
      throw new FarsightException(file + ": is damaged: its SHA-256 is wrong");
    }
  }

  Path path() {
    return path;
  }

  Manifest manifest() {
    return manifest;
  }

  long step() {
    return manifest.progress().steps();
  }

  /** What its model has beside the weights. */
  ModelFacts facts() {
    RunProgress progress = manifest.progress();
    return new ModelFacts(
        progress.optimizer().updates(),
        FittedFolder.copyOf(fitted()),
        Optional.ofNullable(manifest.model()),
        ModelFacts.training(
            progress.steps(),
            progress.samples(),
            manifest.identity().getOrDefault(RunIdentity.CONTENT, ""),
            manifest.digests() == null ? null : manifest.digests().losses()));
  }

  /** The dense parameters and their optimizer state. */
  DenseValues dense() {
    try (var in = open(DENSE)) {
      return DenseValues.read(in, Files.size(path.resolve(DENSE)));
    } catch (IllegalArgumentException | EOFException | UTFDataFormatException e) {
      throw new FarsightException(path.resolve(DENSE) + ": is damaged: " + e.getMessage(), e);
    } catch (IOException e) {
      throw DurableFiles.unreadable(path.resolve(DENSE), e);
    }
  }

  /** Writes the saved values to the dense parameters. */
  void loadDense(DenseState dense) {
    DenseValues saved = dense();
    if (!saved.parameters().equals(dense.parameters())) {
      throw new FarsightException(
          "%s: has dense parameters %s, the model has %s"
              .formatted(path, saved.parameters(), dense.parameters()));
    }
    for (int p = 0; p < saved.values().length; p++) {
      dense.write(p, saved.values()[p]);
    }
  }

  /**
   * Checks the losses of all steps up to the checkpoint.
   *
   * @throws FarsightException if they are damaged or missing
   */
  void checkLosses() {
    if (manifest.digests() != null && manifest.digests().losses() != null) {
      new LossLog(path.getParent()).check(step(), manifest.digests().losses());
    }
  }

  /** Adds the losses of all steps up to the checkpoint, in order. */
  void addLossesTo(LossDigest digest) {
    if (manifest.digests() != null) {
      new LossLog(path.getParent()).read(0, step(), digest::add);
      return;
    }
    for (float loss : lossesOfOldFormat()) {
      digest.add(loss);
    }
  }

  /** The losses in a file of the checkpoint's own; only if {@link Manifest#digests} is null. */
  float[] lossesOfOldFormat() {
    try (var in = open(LossLog.NAME)) {
      int count = in.readInt();
      if (Files.size(path.resolve(LossLog.NAME)) != Integer.BYTES + (long) count * Float.BYTES) {
        throw new FarsightException(
            path.resolve(LossLog.NAME) + ": is damaged: it does not have " + count + " losses");
      }
      var losses = new float[count];
      for (int s = 0; s < losses.length; s++) {
        losses[s] = in.readFloat();
      }
      return losses;
    } catch (IOException e) {
      throw DurableFiles.unreadable(path.resolve(LossLog.NAME), e);
    }
  }

  /** The saved state of the cache; only if {@link Manifest#cache} is not null. */
  DataInputStream cache() {
    try {
      return open(CACHE);
    } catch (IOException e) {
      throw DurableFiles.unreadable(path.resolve(CACHE), e);
    }
  }

  private DataInputStream open(String name) throws IOException {
    return new DataInputStream(
        new BufferedInputStream(Files.newInputStream(path.resolve(name)), 1 << 16));
  }
}
