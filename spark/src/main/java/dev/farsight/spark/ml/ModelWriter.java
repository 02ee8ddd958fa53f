package dev.farsight.spark.ml;

import dev.farsight.api.FarsightException;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FileUtil;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.util.DefaultParamsWriter;
import org.apache.spark.ml.util.MLWriter;
import scala.Option;

/** Writes a model's parameters as Spark's own models do, and its folder beside them. */
final class ModelWriter extends MLWriter {

  private final FarsightModel model;

  ModelWriter(FarsightModel model) {
    this.model = model;
  }

  @Override
  @SuppressWarnings("deprecation") // that of a session is not in Spark 3.5
  public void saveImpl(String path) {
    DefaultParamsWriter.saveMetadata(model, path, sc(), Option.empty(), Option.empty());
    Configuration hadoop = sc().hadoopConfiguration();
    for (String part : new String[] {ModelFolder.MODEL, ModelFolder.REPORT}) {
      copy(new Path(model.location(), part), new Path(path, part), hadoop);
    }
  }

  private static void copy(Path from, Path to, Configuration hadoop) {
    try {
      FileSystem source = from.getFileSystem(hadoop);
      boolean copied =
          FileUtil.copy(
              plain(source), from, plain(to.getFileSystem(hadoop)), to, false, true, hadoop);
      if (!copied) {
        throw new FarsightException(from + ": could not be copied to " + to);
      }
    } catch (IOException e) {
      throw new FarsightException(from + ": could not be copied to " + to + ": " + e, e);
    }
  }

  /** Without Hadoop's files of checksums: a model has its own, and no other files. */
  private static FileSystem plain(FileSystem files) {
    return files instanceof LocalFileSystem local ? local.getRawFileSystem() : files;
  }
}
