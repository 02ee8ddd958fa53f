/**
 * For data sources: from the files of {@code data.path} to samples.
 *
 * <p>A source of records, such as lines of JSON, says which {@linkplain
 * dev.farsight.reading.Columns columns} it has and how a record {@linkplain
 * dev.farsight.reading.RecordParser becomes fields}; {@link dev.farsight.reading.RecordSources}
 * does the rest. A source of another kind, such as binary files, finds its helpers in {@link
 * dev.farsight.reading.file}, {@link dev.farsight.reading.Split}, {@link
 * dev.farsight.reading.RowIndexRule#hash} and {@link dev.farsight.reading.Labels}.
 *
 * <p>Packages named {@code internal} may change with every version.
 */
package dev.farsight.reading;
