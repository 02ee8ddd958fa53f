/** From files to records: cuts bytes into records, counts them and finds them again. */
package dev.farsight.reading.internal.line;
