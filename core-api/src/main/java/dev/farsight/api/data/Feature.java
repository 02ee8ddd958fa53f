package dev.farsight.api.data;

/**
 * A categorical feature: the values of one column of the data, which are looked up in a table.
 *
 * @param name the name of the column
 * @param table the position of the table in the schema's {@link BatchSchema#tables}
 */
public record Feature(String name, int table) {}
