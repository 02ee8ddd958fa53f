package dev.farsight.spark.ml;

import java.math.BigDecimal;
import java.sql.Date;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.ml.evaluation.BinaryClassificationEvaluator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * Random rows whose label depends on the user, the shop, the price and the genres; of many types of
 * columns, with missing values. A tenth is marked for evaluation.
 */
final class Visits {

  static final String[] DENSE = {"price", "visits", "discount", "balance", "new"};
  static final String[] CATEGORICAL = {"user", "shop", "day", "member", "code"};
  static final String[] BAGS = {"genres", "seen"};

  private static final StructType SCHEMA =
      StructType.fromDDL(
          """
          id bigint, bought int, held boolean, user string, shop int, day date, member boolean,
          code double, price double, visits smallint, discount decimal(9, 4), balance float,
          new boolean, genres array<string>, seen array<int>
          """);

  private final Random random;

  private Visits(Random random) {
    this.random = random;
  }

  static Dataset<Row> rows(SparkSession session, long seed, int rows) {
    var visits = new Visits(new Random(seed));
    var list = new ArrayList<Row>();
    for (int id = 0; id < rows; id++) {
      list.add(visits.row(id));
    }
    return session.createDataFrame(list, SCHEMA);
  }

  private Row row(long id) {
    int user = random.nextInt(40);
    int shop = random.nextInt(-3, 5);
    double price = random.nextDouble() < 0.05 ? -0.0 : Math.exp(2 * random.nextGaussian());
    boolean war = random.nextBoolean();
    double logit =
        (user % 2 == 0 ? 1.5 : -1.5)
            + (shop > 0 ? 1 : -1)
            + (war ? 1 : -1)
            - Math.log(price + 1) / 2;
    int bought = random.nextDouble() < 1 / (1 + Math.exp(-logit)) ? 1 : 0;
    var genres = new ArrayList<String>(war ? List.of("war") : List.of());
    for (int i = random.nextInt(3); i > 0; i--) {
      genres.add(random.nextInt(9) == 0 ? null : "größe " + random.nextInt(5));
    }
    return RowFactory.create(
        id,
        bought,
        random.nextInt(10) == 0,
        or("user " + user),
        or(shop),
        or(Date.valueOf(LocalDate.of(2026, 2, 20).plusDays(random.nextInt(12)))),
        or(random.nextBoolean()),
        or((double) (random.nextInt(4) * 10_000_000L)),
        or(price),
        or((short) random.nextInt(300)),
        or(BigDecimal.valueOf(random.nextInt(-99_999, 99_999), 4)),
        or(random.nextFloat() * 1e9f),
        or(random.nextBoolean()),
        or(genres.toArray(String[]::new)),
        or(random.ints(random.nextInt(4), -2, 30).boxed().toArray(Integer[]::new)));
  }

  /** A value, or null. */
  private <T> T or(T value) {
    return random.nextInt(25) == 0 ? null : value;
  }

  /** Settings under which so few rows are enough. */
  static FarsightClassifier classifier() {
    return new FarsightClassifier()
        .setDenseCols(DENSE)
        .setCategoricalCols(CATEGORICAL)
        .setBagCols(BAGS)
        .setLabelCol("bought")
        .setEmbeddingDim(4)
        .setBatchSize(50)
        .setLearningRate(0.05)
        .setSeed(3)
        .setConfig(
            """
            farsight {
              optimizer.type = adagrad
              model.dlrm { bottom-mlp = [8], top-mlp = [8] }
              compute { backend = nd4j-native, threads = 1 }
              data.parquet {
                dense = [ { column = balance, transform = [log, standard] }, { column = new, transform = none } ]
                categorical = [ { column = genres, pooling = mean } ]
              }
            }
            """);
  }

  static double auroc(Dataset<Row> scored) {
    return new BinaryClassificationEvaluator().setLabelCol("bought").evaluate(scored);
  }
}
