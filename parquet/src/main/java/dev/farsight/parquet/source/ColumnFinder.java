package dev.farsight.parquet.source;

import dev.farsight.api.FarsightException;
import dev.farsight.reading.MissingColumn;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation.ListLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.MapLogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;

/**
 * Finds columns in the schema of a file. A member of a struct is found by a name such as {@code
 * user.id}. Lists may be written as Parquet has it now, in three levels, or in the two of old.
 */
final class ColumnFinder {

  private final ParquetPath file;
  private final MessageType schema;

  ColumnFinder(ParquetPath file, MessageType schema) {
    this.file = file;
    this.schema = schema;
  }

  /**
   * Finds a column.
   *
   * @param lists whether it may hold lists
   * @param text whether its floating-point numbers are to be text
   */
  Field find(String name, boolean lists, boolean text) {
    var path = new ArrayList<String>();
    Type type = descend(name, path);
    if (type.isRepetition(Repetition.REPEATED)) {
      return list(name, type, path, lists, text);
    }
    if (type.isPrimitive()) {
      return field(name, path, false, text);
    }
    GroupType group = type.asGroupType();
    boolean list = group.getLogicalTypeAnnotation() instanceof ListLogicalTypeAnnotation;
    if (!list || group.getFieldCount() != 1) {
      throw struct(name, group);
    }
    Type repeated = group.getType(0);
    path.add(repeated.getName());
    if (!repeated.isRepetition(Repetition.REPEATED)) {
      throw bad(name, "is a list in a form that Parquet does not know");
    }
    return list(name, repeated, path, lists, text);
  }

  /** The field of a name, whose path is noted. */
  private Type descend(String name, List<String> path) {
    GroupType group = schema;
    String rest = name;
    while (true) {
      if (group.containsField(rest)) {
        path.add(rest);
        return group.getType(rest);
      }
      int dot = rest.indexOf('.');
      if (dot < 0 || !group.containsField(rest.substring(0, dot))) {
        throw missing(name);
      }
      Type inner = group.getType(rest.substring(0, dot));
      if (!isStruct(inner)) {
        throw missing(name);
      }
      path.add(inner.getName());
      group = inner.asGroupType();
      rest = rest.substring(dot + 1);
    }
  }

  private static boolean isStruct(Type type) {
    return !type.isPrimitive()
        && !type.isRepetition(Repetition.REPEATED)
        && type.getLogicalTypeAnnotation() == null;
  }

  /** The field of a list, whose path is completed. */
  private Field list(String name, Type repeated, List<String> path, boolean allowed, boolean text) {
    if (!allowed) {
      throw bad(
          name,
          "is a list, and one value is expected; a categorical column of lists has max-lookups");
    }
    if (repeated.isPrimitive()) {
      return field(name, path, true, text);
    }
    GroupType element = repeated.asGroupType();
    if (element.getFieldCount() != 1
        || !element.getType(0).isPrimitive()
        || element.getType(0).isRepetition(Repetition.REPEATED)) {
      throw bad(name, "is a list of lists or structs, which cannot be read");
    }
    path.add(element.getFieldName(0));
    return field(name, path, true, text);
  }

  private Field field(String name, List<String> path, boolean list, boolean text) {
    String[] names = path.toArray(String[]::new);
    PrimitiveType type = schema.getType(names).asPrimitiveType();
    ValueText values =
        ColumnTypes.text(type, text)
            .orElseThrow(
                () ->
                    bad(
                        name,
                        "is of type "
                            + ColumnTypes.name(type)
                            + ", which cannot be read; convert it to a number or text"));
    return new Field(name, schema.getColumnDescription(names), list, values);
  }

  private FarsightException struct(String name, GroupType group) {
    if (group.getLogicalTypeAnnotation() instanceof MapLogicalTypeAnnotation) {
      return bad(name, "is a map, which cannot be read");
    }
    String member = group.getFieldCount() == 0 ? "member" : group.getFieldName(0);
    return bad(name, "is a struct; name one of its members, such as " + name + "." + member);
  }

  private FarsightException bad(String name, String complaint) {
    return file.error("column " + name + " " + complaint);
  }

  private FarsightException missing(String name) {
    var names = new ArrayList<String>();
    names(schema, "", names);
    return file.error(
        "has no column " + name + MissingColumn.meant(name, names) + MissingColumn.found(names));
  }

  private static void names(GroupType group, String prefix, List<String> into) {
    for (Type type : group.getFields()) {
      if (isStruct(type)) {
        names(type.asGroupType(), prefix + type.getName() + ".", into);
      } else {
        into.add(prefix + type.getName());
      }
    }
  }
}
