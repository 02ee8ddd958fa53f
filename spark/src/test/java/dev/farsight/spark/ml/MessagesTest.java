package dev.farsight.spark.ml;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.FarsightException;
import dev.farsight.api.config.ConfigException;
import dev.farsight.spark.LocalSpark;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong is told in a line, before Spark is asked for anything if that is possible. */
class MessagesTest {

  private static SparkSession session;
  private static Dataset<Row> rows;

  @TempDir Path folder;

  @BeforeAll
  static void begin() {
    session = LocalSpark.session();
    rows = Visits.rows(session, 21, 100);
  }

  @AfterAll
  static void end() {
    session.stop();
  }

  private static String[] names(String text) {
    return text == null ? new String[0] : text.split(" ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          prise       | user      |        | bought | held  | column prise of denseCols is not in the data; did you mean price? (columns found: id,
          user        | shop      |        | bought | held  | column user of denseCols is of type string; a number is needed
                      | genres    |        | bought | held  | column genres of categoricalCols is of type array<string>; text, or whole numbers, is needed
                      | at        |        | bought | held  | column at of categoricalCols is of type timestamp; text
                      | user      | shop   | bought | held  | column shop of bagCols is of type int; an array of text or of whole numbers is needed
          shop        | user shop |        | bought | held  | column shop is in denseCols and again in categoricalCols
          price       |           |        | bought | held  | categoricalCols and bagCols are both empty
          price       | user      |        | buys   | held  | column buys of labelCol is not in the data
          price       | user      |        | user   | held  | column user is in categoricalCols and is labelCol, too
          price       | shop      |        | user   | held  | column user of labelCol is of type string; a number, 0 or 1, or a boolean is needed
                      | user      |        | bought | price | column price of validationIndicatorCol is of type double; a boolean is needed
          """)
  void columns(
      String dense, String categorical, String bags, String label, String held, String message) {
    var classifier =
        new FarsightClassifier()
            .setDenseCols(names(dense))
            .setCategoricalCols(names(categorical))
            .setBagCols(names(bags))
            .setLabelCol(label)
            .setValidationIndicatorCol(held);
    Dataset<Row> timed = rows.selectExpr("*", "current_timestamp() AS at");
    assertThatThrownBy(() -> classifier.transformSchema(timed.schema()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(message);
    assertThatThrownBy(() -> classifier.fit(timed)).hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          worth  | column worth of weightCol is not in the data
          user   | column user is in categoricalCols and is weightCol, too
          bought | column bought is labelCol and is weightCol, too
          held   | column held of weightCol is of type boolean; a number of at least 0 is needed
          """)
  void columnsOfWeights(String weight, String message) {
    assertThatThrownBy(() -> Visits.classifier().setWeightCol(weight).fit(rows))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource({
    "CAST(NULL AS FLOAT), weight null is not",
    "-1D, weight -1.0 is not",
    "1e300D, weight 1.0E300 is not",
    "CAST('NaN' AS DOUBLE), weight NaN is not"
  })
  void weights(String value, String message) {
    Dataset<Row> wrong =
        rows.withColumn(
            "worth",
            org.apache.spark.sql.functions.expr("CASE WHEN id = 77 THEN " + value + " ELSE 1 END"));
    assertThatThrownBy(() -> Visits.classifier().setWeightCol("worth").fit(wrong))
        .isInstanceOf(FarsightException.class)
        .hasMessageContaining("column worth: " + message + " a finite number of at least 0");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          farsight.data.path = x                         | farsight.data.path is set by the classifier; leave it out
          farsight.cache.sizes = 5%                      | cache.sizes
          farsight { data.parquet.dense = [age] }        | farsight.data.parquet.dense has an entry for column age
          farsight { data.parquet.dense = [{name = a}] } | an entry of farsight.data.parquet.dense names no column
          farsight {                                     | config
          """)
  void settings(String config, String message) {
    assertThatThrownBy(() -> Visits.classifier().setEpochs(1).setConfig(config).fit(rows.limit(5)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aTextAndAFile() {
    assertThatThrownBy(() -> Visits.classifier().setConfigFile("my.conf").fit(rows))
        .isInstanceOf(ConfigException.class)
        .hasMessage("config and configFile are both set; set one of them");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          bought | CAST(NULL AS INT)                       | column bought: label null is neither 0 nor 1
          bought | 2.5D                                    | column bought: label 2.5 is neither 0 nor 1
          price  | CAST('NaN' AS DOUBLE)                   | column price: NaN is not a number
          code   | 0.5D                                    | column code: 0.5 is not a whole number
          genres | transform(sequence(1, 60), x -> 'a')    | column genres: a bag of 60 lookups, and its max-lookups is 50
          """)
  void values(String column, String value, String message) {
    Dataset<Row> wrong =
        rows.withColumn(
            column,
            org.apache.spark.sql.functions.expr(
                "CASE WHEN id = 77 THEN " + value + " ELSE " + column + " END"));
    assertThatThrownBy(() -> Visits.classifier().fit(wrong))
        .isInstanceOf(FarsightException.class)
        .hasMessageContaining(message);
  }

  @Test
  void modelsThatAreGoneAndValuesThatTheyCannotTake() {
    var gone = new FarsightModel("m", folder.toUri() + "gone");
    gone.set(gone.categoricalCols(), new String[] {"user"});
    assertThatThrownBy(() -> gone.transform(rows))
        .isInstanceOf(FarsightException.class)
        .hasMessageContaining("gone/model/model.json: cannot be read");
    assertThatThrownBy(() -> gone.transform(rows.withColumnRenamed("id", "prediction")))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "column prediction is in the data, and the model would add one of that name; rename it");
    FarsightModel model = Visits.classifier().fit(rows);
    assertThatThrownBy(() -> model.transform(rows.drop("shop")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("column shop of categoricalCols is not in the data");
    for (String wrong : List.of("0.5D AS code", "sequence(1, 60) AS seen")) {
      String column = wrong.substring(wrong.lastIndexOf(' ') + 1);
      Dataset<Row> scored = model.transform(rows.drop(column).selectExpr("*", wrong));
      assertThatThrownBy(scored::collectAsList).hasStackTraceContaining("column " + column + ": ");
    }
    assertThatThrownBy(() -> Visits.classifier().setWorkDir("hdfs://a/b").fit(rows))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("workDir: hdfs://a/b is an address; name a folder");
    for (int worse : List.of(0, -1)) {
      assertThatThrownBy(() -> Visits.classifier().setNumWorkers(worse))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("numWorkers");
    }
  }
}
