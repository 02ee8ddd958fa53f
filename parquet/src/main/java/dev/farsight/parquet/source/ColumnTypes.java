package dev.farsight.parquet.source;

import java.util.Locale;
import java.util.Optional;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DateLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.EnumLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.JsonLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.StringLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;

/** Which types of columns can be read. */
final class ColumnTypes {

  private ColumnTypes() {}

  /**
   * How the values of a type become bytes; empty if they cannot be read.
   *
   * @param text whether floating-point numbers are written as text
   */
  static Optional<ValueText> text(PrimitiveType type, boolean text) {
    LogicalTypeAnnotation meaning = type.getLogicalTypeAnnotation();
    ValueText found =
        switch (type.getPrimitiveTypeName()) {
          case BOOLEAN -> meaning == null ? new ValueText.OfBoolean() : null;
          case INT32, INT64 -> whole(meaning);
          case FLOAT, DOUBLE -> meaning == null ? number(text) : null;
          case BINARY -> binary(meaning);
          case FIXED_LEN_BYTE_ARRAY -> decimal(meaning);
          case INT96 -> null;
        };
    return Optional.ofNullable(found);
  }

  private static ValueText number(boolean text) {
    return text ? new ValueText.OfNumberText() : new ValueText.OfNumber();
  }

  private static ValueText whole(LogicalTypeAnnotation meaning) {
    if (meaning == null) {
      return new ValueText.OfWhole();
    }
    if (meaning instanceof IntLogicalTypeAnnotation integer) {
      return integer.isSigned() ? new ValueText.OfWhole() : new ValueText.OfUnsigned();
    }
    return meaning instanceof DateLogicalTypeAnnotation ? new ValueText.OfDate() : decimal(meaning);
  }

  private static ValueText binary(LogicalTypeAnnotation meaning) {
    boolean bytes =
        meaning == null
            || meaning instanceof StringLogicalTypeAnnotation
            || meaning instanceof EnumLogicalTypeAnnotation
            || meaning instanceof JsonLogicalTypeAnnotation;
    return bytes ? new ValueText.OfBytes() : decimal(meaning);
  }

  private static ValueText decimal(LogicalTypeAnnotation meaning) {
    return meaning instanceof DecimalLogicalTypeAnnotation decimal
            && decimal.getScale() <= ValueText.MOST_DIGITS
        ? new ValueText.OfDecimal(decimal.getScale())
        : null;
  }

  /** A type as messages name it. */
  static String name(PrimitiveType type) {
    String stored = type.getPrimitiveTypeName().name().toLowerCase(Locale.ROOT);
    LogicalTypeAnnotation meaning = type.getLogicalTypeAnnotation();
    return meaning == null ? stored : stored + " " + meaning.toString().toLowerCase(Locale.ROOT);
  }
}
