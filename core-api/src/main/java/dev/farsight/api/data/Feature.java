package dev.farsight.api.data;

/**
 * A categorical feature: what one column of the data gives, looked up in a table.
 *
 * @param name of the column
 * @param table position of the table in the schema's {@link BatchSchema#tables}
 */
public record Feature(String name, int table) {}
