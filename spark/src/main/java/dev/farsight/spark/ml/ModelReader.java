package dev.farsight.spark.ml;

import dev.farsight.api.FarsightException;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.MLReader;
import scala.Option;

/** Reads what {@link ModelWriter} has written. The model's files stay where they are. */
final class ModelReader extends MLReader<FarsightModel> {

  @Override
  @SuppressWarnings("deprecation") // that of a session is not in Spark 3.5
  public FarsightModel load(String path) {
    var metadata = DefaultParamsReader.loadMetadata(path, sc(), FarsightModel.class.getName());
    Configuration hadoop = sc().hadoopConfiguration();
    var folder = new Path(path);
    try {
      String location = folder.getFileSystem(hadoop).makeQualified(folder).toString();
      ModelFolder.of(location, hadoop); // is it there?
      var model = new FarsightModel(metadata.uid(), location);
      metadata.getAndSetParams(model, Option.empty());
      return model;
    } catch (IOException e) {
      throw new FarsightException(path + ": cannot be read: " + e, e);
    }
  }
}
