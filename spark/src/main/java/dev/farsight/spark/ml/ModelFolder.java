package dev.farsight.spark.ml;

import dev.farsight.api.FarsightException;
import java.io.IOException;
import java.io.Serializable;
import java.net.InetAddress;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FileUtil;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkFiles;
import org.apache.spark.util.SerializableConfiguration;

/**
 * A model where it is, for tasks to open.
 *
 * @param address of the folder with {@code model.json}
 * @param identity a digest of {@code model.json}, which has those of all other files
 */
record ModelFolder(String address, String identity, SerializableConfiguration hadoop)
    implements Serializable {

  static final String MODEL = "model";
  static final String REPORT = "report.json";

  /**
   * @param location the folder with {@code model} in it
   * @throws FarsightException if the model is not there
   */
  static ModelFolder of(String location, Configuration hadoop) {
    var folder = new Path(location, MODEL);
    var description = new Path(folder, "model.json");
    try (var in = description.getFileSystem(hadoop).open(description)) {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(in.readAllBytes());
      return new ModelFolder(
          folder.toString(),
          HexFormat.of().formatHex(digest),
          new SerializableConfiguration(hadoop));
    } catch (IOException e) {
      throw new FarsightException(
          description
              + ": cannot be read; a model without workDir goes with its session, so save it before",
          e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Tells the model from all others. The address is a part of it, since an open model reads files
   * when it needs them, and a copy elsewhere may outlive this one.
   */
  String name() {
    return address + " " + identity;
  }

  /** Opens the model in the JVM of a task: where it is, or else a copy of it. */
  LoadedModel open() {
    var folder = new Path(address);
    try {
      FileSystem files = folder.getFileSystem(hadoop.value());
      if (files.getScheme().equals("file")) {
        return LoadedModel.open(here(folder), () -> {});
      }
      var root = java.nio.file.Path.of(SparkFiles.getRootDirectory());
      java.nio.file.Path copy = Files.createTempDirectory(root, "farsight-model-");
      FileUtil.copy(files, folder, copy.resolve(MODEL).toFile(), false, hadoop.value());
      return LoadedModel.open(copy.resolve(MODEL), () -> WorkFolder.delete(copy));
    } catch (IOException e) {
      throw new FarsightException(address + ": cannot be read: " + e, e);
    }
  }

  private static java.nio.file.Path here(Path folder) throws IOException {
    var here = java.nio.file.Path.of(folder.toUri().getPath());
    if (!Files.exists(here.resolve("model.json"))) {
      throw new FarsightException(
          here
              + ": is not there on "
              + InetAddress.getLocalHost().getHostName()
              + ": all executors must have it mounted; or save the model on a file system that they reach, and load it from there");
    }
    return here;
  }
}
