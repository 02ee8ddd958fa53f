package dev.farsight.spark.ml;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.raise_error;
import static org.apache.spark.sql.functions.when;

import dev.farsight.api.config.ConfigException;
import dev.farsight.reading.MissingColumn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Finds columns in data, tells what is wrong with them, and reads labels. */
final class Columns {

  private Columns() {}

  /**
   * The features, in the order of the parameters.
   *
   * @throws ConfigException if one is missing, of another type, or named twice
   */
  static List<InputColumn> features(ColumnParams params, StructType schema) {
    var features = new ArrayList<InputColumn>();
    Map<String, String> used = new HashMap<>();
    for (Role role : Role.values()) {
      for (String name : params.names(role)) {
        String before = used.put(name, role.param());
        if (before != null) {
          throw new ConfigException(
              "column "
                  + name
                  + " is in "
                  + before
                  + " and again in "
                  + role.param()
                  + "; if it is to be two features, add it to the data under another name");
        }
        features.add(InputColumn.of(schema, name, role));
      }
    }
    if (features.stream().allMatch(feature -> feature.role() == Role.DENSE)) {
      throw new ConfigException(
          "categoricalCols and bagCols are both empty; a model has at least one such column");
    }
    return features;
  }

  /**
   * @throws ConfigException if there is no such column
   */
  static StructField require(StructType schema, String name, String param) {
    List<String> names = Arrays.asList(schema.fieldNames());
    int at = names.indexOf(name);
    if (at < 0) {
      throw new ConfigException(
          "column "
              + name
              + " of "
              + param
              + " is not in the data"
              + MissingColumn.meant(name, names)
              + MissingColumn.found(names));
    }
    return schema.fields()[at];
  }

  /** A column by its whole name, dots included. */
  static Column named(String name) {
    return col("`" + name.replace("`", "``") + "`");
  }

  /**
   * @throws ConfigException if the column is missing, no number, or a feature as well
   */
  static void requireLabel(StructType schema, String name, List<InputColumn> features) {
    requireOther(name, "labelCol", features);
    DataType type = require(schema, name, "labelCol").dataType();
    if (!(type instanceof NumericType || type instanceof BooleanType)) {
      throw wrong(name, "labelCol", type, "a number, 0 or 1, or a boolean");
    }
  }

  /**
   * @throws ConfigException if the column is missing, no number, a feature or the label as well
   */
  static void requireWeight(
      StructType schema, String name, String label, List<InputColumn> features) {
    requireOther(name, "weightCol", features);
    if (name.equals(label)) {
      throw new ConfigException("column " + name + " is labelCol and is weightCol, too");
    }
    DataType type = require(schema, name, "weightCol").dataType();
    if (!(type instanceof NumericType)) {
      throw wrong(name, "weightCol", type, "a number of at least 0");
    }
  }

  /**
   * @throws ConfigException if the column is missing, no boolean, or a feature as well
   */
  static void requireIndicator(StructType schema, String name, List<InputColumn> features) {
    requireOther(name, "validationIndicatorCol", features);
    DataType type = require(schema, name, "validationIndicatorCol").dataType();
    if (!(type instanceof BooleanType)) {
      throw wrong(name, "validationIndicatorCol", type, "a boolean");
    }
  }

  private static void requireOther(String name, String param, List<InputColumn> features) {
    for (InputColumn feature : features) {
      if (feature.name().equals(name)) {
        throw new ConfigException(
            "column " + name + " is in " + feature.role().param() + " and is " + param + ", too");
      }
    }
  }

  private static ConfigException wrong(String name, String param, DataType type, String needed) {
    return new ConfigException(
        "column "
            + name
            + " of "
            + param
            + " is of type "
            + type.simpleString()
            + "; "
            + needed
            + " is needed");
  }

  /** The label as 0 or 1; anything else, null included, fails the job with a message. */
  static Column label(String name) {
    Column number = named(name).cast(DataTypes.DoubleType);
    Column text = coalesce(named(name).cast(DataTypes.StringType), lit("null"));
    Column message = concat(lit("column " + name + ": label "), text, lit(" is neither 0 nor 1"));
    return when(number.equalTo(0).or(number.equalTo(1)), number.cast(DataTypes.IntegerType))
        .otherwise(raise_error(message));
  }

  /** The weight as a float of at least 0; anything else, null included, fails the job. */
  static Column weight(String name) {
    Column number = named(name).cast(DataTypes.FloatType);
    Column text = coalesce(named(name).cast(DataTypes.StringType), lit("null"));
    Column message =
        concat(
            lit("column " + name + ": weight "),
            text,
            lit(" is not a finite number of at least 0"));
    return when(number.between(0, Float.MAX_VALUE), number).otherwise(raise_error(message));
  }

  /** The columns of the data, and those that a model adds. */
  static StructType withScores(ColumnParams params, StructType schema) {
    StructType all = schema;
    all = with(all, params.rawPredictionName(), SQLDataTypes.VectorType());
    all = with(all, params.probabilityName(), SQLDataTypes.VectorType());
    return with(all, params.predictionName(), DataTypes.DoubleType);
  }

  private static StructType with(StructType schema, String name, DataType type) {
    if (name.isEmpty()) {
      return schema;
    }
    if (Arrays.asList(schema.fieldNames()).contains(name)) {
      throw new ConfigException(
          "column "
              + name
              + " is in the data, and the model would add one of that name; rename it");
    }
    return schema.add(name, type, false);
  }
}
