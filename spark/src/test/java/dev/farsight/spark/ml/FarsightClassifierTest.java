package dev.farsight.spark.ml;

import static org.apache.spark.sql.functions.expr;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.farsight.engine.Report;
import dev.farsight.engine.config.FarsightConfig;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.plugin.Plugins;
import dev.farsight.engine.predict.Predictions;
import dev.farsight.engine.predict.Predictor;
import dev.farsight.spark.LocalSpark;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is trained on Spark's rows scores them as it scores the same rows in files. */
class FarsightClassifierTest {

  private static SparkSession session;

  @TempDir Path folder;

  @BeforeAll
  static void begin() {
    session = LocalSpark.session();
  }

  @AfterAll
  static void end() {
    session.stop();
  }

  @Test
  void learnsWhatThereIsToLearn() throws Exception {
    Dataset<Row> rows = Visits.rows(session, 1, 4000);
    FarsightModel model =
        Visits.classifier()
            .setEpochs(3)
            .setValidationIndicatorCol("held")
            .setWorkDir(folder.toString())
            .fit(rows);
    assertThat(Visits.auroc(model.transform(Visits.rows(session, 2, 2000)))).isGreaterThan(0.8);

    Report report = Report.read(Path.of(URI.create(model.location())).resolve("report.json"));
    assertThat(report.trainSamples()).isEqualTo(3 * rows.filter("not held").count());
    assertThat(report.evaluationSamples()).isEqualTo(rows.filter("held").count());
    double held = Visits.auroc(model.transform(rows.filter("held")));
    assertThat(report.quality().orElseThrow().auroc()).isCloseTo(held, within(1e-6));
    try (Stream<Path> left = Files.walk(folder)) {
      assertThat(left.filter(file -> file.toString().endsWith(".parquet"))).isEmpty();
    }
  }

  @Test
  void probabilitiesAreThoseOfPredictToTheBit() throws Exception {
    int rows = 1500;
    FarsightModel model =
        Visits.classifier().setNumWorkers(2).setMinCount(2).fit(Visits.rows(session, 3, rows));
    compareWithPredict(model, Visits.rows(session, 4, rows).repartition(3));
  }

  @Test
  void soTheyAreWithHashedValuesAndColumnsWithoutANameAreNotAdded() throws Exception {
    FarsightModel model = Visits.classifier().setHashRows(13).fit(Visits.rows(session, 5, 500));
    compareWithPredict(model, Visits.rows(session, 6, 2500).repartition(2));
    compareWithoutNames(model);
  }

  /** A third of the rows have the wrong label, and no weight. */
  @Test
  void rowsCountByTheirWeight() {
    Dataset<Row> half =
        Visits.rows(session, 9, 3000)
            .selectExpr("*", "CASE WHEN id % 3 = 0 THEN 0 ELSE 2 END AS worth")
            .withColumn("bought", expr("CASE WHEN worth = 0 THEN 1 - bought ELSE bought END"));
    FarsightClassifier classifier = Visits.classifier().setEpochs(3).setWeightCol("worth");
    Dataset<Row> others = Visits.rows(session, 10, 2000);
    double weighted = Visits.auroc(classifier.fit(half).transform(others));
    double without = Visits.auroc(classifier.fit(half.filter("worth > 0")).transform(others));
    double unweighted =
        Visits.auroc(
            classifier.copy(ParamMap.empty()).setWeightCol("").fit(half).transform(others));
    assertThat(weighted).isGreaterThan(unweighted + .01).isCloseTo(without, within(.03));
  }

  private void compareWithPredict(FarsightModel model, Dataset<Row> rows) throws Exception {
    Path files = folder.resolve("rows");
    rows.write().parquet(files.toString());
    List<Row> scored = model.setThreshold(0.3).transform(rows).collectAsList();
    List<String> expected =
        predicted(Path.of(URI.create(model.location())).resolve("model"), files);
    assertThat(scored).hasSameSizeAs(expected);
    for (int i = 0; i < expected.size(); i++) {
      Row row = scored.get(i);
      Vector probability = row.getAs("probability");
      Vector raw = row.getAs("rawPrediction");
      float logit = (float) raw.apply(1);
      float one = (float) probability.apply(1);
      assertThat(row.<Long>getAs("id") + "," + logit + "," + one).isEqualTo(expected.get(i));
      assertThat(raw.apply(0)).isEqualTo(-raw.apply(1));
      assertThat(probability.apply(0)).isEqualTo(1 - probability.apply(1));
      assertThat(row.<Double>getAs("prediction")).isEqualTo(one > 0.3 ? 1 : 0);
    }
  }

  /** Lines with id, logit and probability, as the command {@code predict} writes them. */
  private List<String> predicted(Path model, Path rows) throws Exception {
    Path scores = folder.resolve("scores.csv");
    FarsightConfig config =
        Predictor.configuration(model)
            .set("data.path=\"" + rows + "\"")
            .set("data.eval-fraction=1");
    try (Plugins plugins = Plugins.load(getClass().getClassLoader());
        Predictor predictor =
            Predictor.open(config.resolve(plugins.loaders()), plugins.components(), model)) {
      Predictions.write(
          predictor, new Predictions.Target(scores, "csv", List.of("id"), true), RunListener.NONE);
    }
    List<String> lines = Files.readAllLines(scores);
    assertThat(lines.get(0)).isEqualTo("id,logit,probability");
    return lines.subList(1, lines.size());
  }

  private static void compareWithoutNames(FarsightModel model) {
    Dataset<Row> rows = Visits.rows(session, 8, 10);
    Dataset<Row> scored =
        model
            .copy(ParamMap.empty())
            .setRawPredictionCol("")
            .setPredictionCol("")
            .setProbabilityCol("p of 1")
            .transform(rows);
    assertThat(scored.columns()).hasSize(rows.columns().length + 1).endsWith("seen", "p of 1");
    assertThat(scored.drop("p of 1").collectAsList()).isEqualTo(rows.collectAsList());
  }
}
