package dev.farsight.spark.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.config.ConfigException;
import dev.farsight.spark.train.LocalCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Executors that are processes of their own train a model and score by it. */
class ClusterTest {

  @TempDir Path folder;

  @Test
  @Tag("nightly")
  void executorsTrainAndScore() throws Exception {
    try (SparkSession session = LocalCluster.session(2)) {
      Dataset<Row> rows = Visits.rows(session, 31, 600).repartition(2);
      FarsightClassifier classifier = Visits.classifier().setNumWorkers(2);
      assertThatThrownBy(() -> classifier.fit(rows))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("workDir is not set, and the master is local-cluster");
      FarsightModel model = classifier.setWorkDir(folder.toString()).fit(rows);
      Dataset<Row> scored = model.transform(rows).select("id", "rawPrediction");
      List<Row> expected = scored.collectAsList();
      assertThat(expected).hasSize(600);
      assertThat(model.transform(rows.coalesce(1)).select("id", "rawPrediction").collectAsList())
          .hasSameElementsAs(expected);

      model.save(folder.resolve("saved").toString());
      FarsightModel loaded = FarsightModel.load(folder.resolve("saved").toString());
      Path files = folder.resolve("saved/model");
      Files.move(files, folder.resolve("elsewhere"));
      assertThatThrownBy(() -> loaded.transform(rows))
          .hasMessageContaining("saved/model/model.json: cannot be read");
    }
  }
}
