package dev.farsight.spark.ml;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.spark.LocalSpark;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.evaluation.BinaryClassificationEvaluator;
import org.apache.spark.ml.feature.SQLTransformer;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.CrossValidatorModel;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.Option;

/** The classifier among Spark's own stages, and models that outlive their session. */
class PipelineTest {

  private static final int BAD = 0;
  private static final int GOOD = 1;

  private SparkSession session;

  @TempDir Path folder;

  @BeforeEach
  void begin() {
    session = LocalSpark.session();
  }

  @AfterEach
  void end() {
    session.stop();
  }

  @Test
  void crossValidationPicksTheBetterOfTwoAndThePipelineIsSaved() throws Exception {
    var classifier =
        Visits.classifier().setDenseCols("cheap").setCategoricalCols("user index", "shop");
    classifier.setConfig(classifier.getOrDefault(classifier.config()).replaceAll("dense = .*", ""));
    var pipeline =
        new Pipeline()
            .setStages(
                new PipelineStage[] {
                  new SQLTransformer()
                      .setStatement(
                          "SELECT *, 1 / (1 + coalesce(price, 0)) AS cheap FROM __THIS__"),
                  new StringIndexer()
                      .setInputCol("user")
                      .setOutputCol("user index")
                      .setHandleInvalid("keep"),
                  classifier
                });
    ParamMap[] grid =
        new ParamGridBuilder()
            .addGrid(classifier.learningRate(), new double[] {1e-9, 0.05})
            .build();
    CrossValidatorModel fitted =
        new CrossValidator()
            .setEstimator(pipeline)
            .setEvaluator(new BinaryClassificationEvaluator().setLabelCol("bought"))
            .setEstimatorParamMaps(grid)
            .setNumFolds(2)
            .setSeed(4)
            .fit(Visits.rows(session, 11, 1500));
    assertThat(fitted.avgMetrics()[GOOD]).isGreaterThan(0.7);
    assertThat(fitted.avgMetrics()[GOOD]).isGreaterThan(fitted.avgMetrics()[BAD]);
    PipelineModel best = (PipelineModel) fitted.bestModel();
    FarsightModel model = (FarsightModel) best.stages()[2];
    assertThat(model.parent()).isInstanceOf(FarsightClassifier.class);
    var parent = (FarsightClassifier) model.parent();
    assertThat(parent.getOrDefault(parent.learningRate())).isEqualTo(0.05);

    String path = folder.resolve("saved").toString();
    best.write().save(path);
    Dataset<Row> rows = Visits.rows(session, 12, 200);
    assertThat(PipelineModel.load(path).transform(rows).collectAsList())
        .isEqualTo(best.transform(rows).collectAsList());
  }

  @Test
  void aSavedModelScoresAlikeInAnotherSessionAndFromAnotherFileSystem() throws Exception {
    FarsightClassifier classifier = Visits.classifier().setThreshold(0.4);
    FarsightModel model = classifier.fit(Visits.rows(session, 13, 500));
    List<Row> expected = model.transform(Visits.rows(session, 14, 300)).collectAsList();
    Path saved = folder.resolve("saved");
    Path estimator = folder.resolve("estimator");
    model.save(saved.toString());
    model.write().overwrite().save(saved.toString());
    classifier.save(estimator.toString());
    session.stop();
    assertThat(Path.of(URI.create(model.location()))).doesNotExist(); // it goes with its session

    session = LocalSpark.session();
    Dataset<Row> rows = Visits.rows(session, 14, 300);
    FarsightModel loaded = FarsightModel.load(saved.toString());
    assertThat(loaded.uid()).isEqualTo(model.uid());
    assertThat(loaded.getDenseCols()).isEqualTo(Visits.DENSE);
    assertThat(loaded.transform(rows).collectAsList()).isEqualTo(expected);
    assertThat(saved.resolve("report.json")).exists();

    session
        .sparkContext()
        .hadoopConfiguration()
        .setClass("fs.other.impl", Other.class, Other.class);
    FarsightModel copied = FarsightModel.load("other://" + saved);
    assertThat(copied.location()).startsWith("other:");
    assertThat(copied.transform(rows).collectAsList()).isEqualTo(expected);

    FarsightClassifier read = FarsightClassifier.load(estimator.toString());
    assertThat(values(read)).isEqualTo(values(classifier));
  }

  private static String values(FarsightClassifier classifier) {
    return Stream.of(classifier.params())
        .map(param -> param.name() + " = " + text(classifier.get(param)))
        .collect(Collectors.joining("\n"));
  }

  private static String text(Option<?> value) {
    return value.isDefined() && value.get() instanceof Object[] names
        ? List.of(names).toString()
        : value.toString();
  }

  /** The files of this machine under a scheme that a task cannot map into memory. */
  public static final class Other extends RawLocalFileSystem {

    @Override
    public URI getUri() {
      return URI.create("other:///");
    }

    @Override
    public String getScheme() {
      return "other";
    }
  }
}
