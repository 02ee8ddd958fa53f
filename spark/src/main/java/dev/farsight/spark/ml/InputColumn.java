package dev.farsight.spark.ml;

import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.isnan;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.raise_error;
import static org.apache.spark.sql.functions.rint;
import static org.apache.spark.sql.functions.when;

import dev.farsight.api.config.ConfigException;
import java.io.Serializable;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;

/**
 * A column that is a feature. Training and scoring read it by the same expression, which makes a
 * double, a long or a text of it, so that a value means the same to both. Those are what Farsight's
 * source {@code parquet} makes of the column's own type, too.
 *
 * @param type what the expression makes of it: of a bag, of each of its values
 */
record InputColumn(String name, Role role, DataType type) implements Serializable {

  /**
   * @throws ConfigException if the column cannot be used so
   */
  static InputColumn of(StructType schema, String name, Role role) {
    DataType found = Columns.require(schema, name, role.param()).dataType();
    DataType values =
        role == Role.BAG && found instanceof ArrayType bag ? bag.elementType() : found;
    DataType type = role == Role.DENSE ? number(found) : value(values);
    if (type == null || (role == Role.BAG) != found instanceof ArrayType) {
      throw new ConfigException(
          "column "
              + name
              + " of "
              + role.param()
              + " is of type "
              + found.simpleString()
              + "; "
              + needed(role)
              + " is needed");
    }
    return new InputColumn(name, role, type);
  }

  private static String needed(Role role) {
    return switch (role) {
      case DENSE -> "a number";
      case CATEGORICAL -> "text, or whole numbers,";
      case BAG -> "an array of text or of whole numbers";
    };
  }

  private static DataType number(DataType type) {
    return type instanceof NumericType || type instanceof BooleanType ? DataTypes.DoubleType : null;
  }

  /** Null if values of the type cannot be looked up. */
  private static DataType value(DataType type) {
    if (type instanceof StringType || type instanceof DateType) {
      return DataTypes.StringType;
    }
    boolean whole =
        type instanceof ByteType
            || type instanceof ShortType
            || type instanceof IntegerType
            || type instanceof LongType
            || type instanceof BooleanType;
    if (whole) {
      return DataTypes.LongType;
    }
    // Such as StringIndexer makes. A value that is not whole is found where it is used.
    return type instanceof NumericType ? DataTypes.DoubleType : null;
  }

  /** The values, in their type. */
  Column expression() {
    Column column = Columns.named(name);
    if (role == Role.BAG) {
      return column.cast(DataTypes.createArrayType(type));
    }
    Column cast = column.cast(type);
    if (role == Role.DENSE) {
      return checked(cast, isnan(cast), "is not a number");
    }
    return type instanceof DoubleType
        ? checked(cast, cast.notEqual(rint(cast)).or(isnan(cast)), "is not a whole number")
        : cast;
  }

  /** Values as they are, but for wrong ones, which fail the job with a message. */
  private Column checked(Column values, Column wrong, String complaint) {
    Column message =
        concat(lit("column " + name + ": "), values.cast("string"), lit(" " + complaint));
    return when(wrong, raise_error(message)).otherwise(values);
  }

  /** How Farsight makes 64 bits of a value. */
  String kind() {
    return type instanceof StringType ? "string" : "integer";
  }
}
