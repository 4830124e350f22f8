//! A transaction of either engine, and what it carries besides statements.

use std::collections::{BTreeMap, HashMap};

use super::value::Cell;
use super::{Fault, Row, Value};

/// Prepared statements of one PostgreSQL connection.
pub(crate) type Statements = HashMap<String, ::postgres::Statement>;

/// The transaction that an operation runs in.
pub(crate) struct Tx<'a> {
    engine: Engine<'a>,
    tally: BTreeMap<&'static str, i64>,
    poke: Poke,
}

enum Engine<'a> {
    Sqlite(&'a rusqlite::Connection),
    Postgres {
        tx: ::postgres::Transaction<'a>,
        statements: &'a mut Statements,
        shard: i64,
    },
}

/// Which engine a statement is for, where the texts must differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
}

/// Who has to look at the database again after a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Poke {
    Nobody,
    ThisProcess,
    EveryNode,
    /// As `EveryNode`; and what nodes keep in memory is no longer what is stored.
    EveryMemory,
}

/// Names of the parameters. SQLite numbers `$n` by where it first stands in the text, not by
/// `n`, so they are bound by name.
const PARAMETERS: [&str; 16] = [
    "$1", "$2", "$3", "$4", "$5", "$6", "$7", "$8", "$9", "$10", "$11", "$12", "$13", "$14", "$15",
    "$16",
];

impl<'a> Tx<'a> {
    pub fn sqlite(connection: &'a rusqlite::Connection) -> Self {
        Self {
            engine: Engine::Sqlite(connection),
            tally: BTreeMap::new(),
            poke: Poke::Nobody,
        }
    }

    pub fn postgres(
        tx: ::postgres::Transaction<'a>,
        statements: &'a mut Statements,
        shard: i64,
    ) -> Self {
        let engine = Engine::Postgres {
            tx,
            statements,
            shard,
        };
        Self {
            engine,
            tally: BTreeMap::new(),
            poke: Poke::Nobody,
        }
    }

    pub fn dialect(&self) -> Dialect {
        match &self.engine {
            Engine::Sqlite(_) => Dialect::Sqlite,
            Engine::Postgres { .. } => Dialect::Postgres,
        }
    }

    /// The text for this engine.
    pub fn pick<'t>(&self, sqlite: &'t str, postgres: &'t str) -> &'t str {
        match self.dialect() {
            Dialect::Sqlite => sqlite,
            Dialect::Postgres => postgres,
        }
    }

    /// Notes that `n` more events or deliveries are in the state called `name`. Written once at
    /// the end of the transaction, however many operations share it.
    pub fn count(&mut self, name: &'static str, n: i64) {
        *self.tally.entry(name).or_default() += n;
    }

    /// Asks for others to be woken once this is committed.
    pub fn poke(&mut self, whom: Poke) {
        self.poke = self.poke.max(whom);
    }

    /// Runs a statement; answers how many rows it changed.
    pub fn execute(&mut self, sql: &str, values: &[Value<'_>]) -> Result<u64, Fault> {
        match &mut self.engine {
            Engine::Sqlite(connection) => {
                let mut statement = connection.prepare_cached(sql)?;
                bind(&mut statement, values)?;
                let changed = statement.raw_execute()?;
                Ok(u64::try_from(changed).unwrap_or(u64::MAX))
            }
            Engine::Postgres { tx, statements, .. } => {
                let statement = prepared(tx, statements, sql)?;
                Ok(tx.execute(&statement, &as_parameters(values))?)
            }
        }
    }

    /// Runs a statement and reads the rows that it answers.
    pub fn query<T>(
        &mut self,
        sql: &str,
        values: &[Value<'_>],
        read: impl FnMut(Row) -> Result<T, Fault>,
    ) -> Result<Vec<T>, Fault> {
        let rows = match &mut self.engine {
            Engine::Sqlite(connection) => sqlite_rows(connection, sql, values)?,
            Engine::Postgres { tx, statements, .. } => {
                let statement = prepared(tx, statements, sql)?;
                let rows = tx.query(&statement, &as_parameters(values))?;
                rows.iter()
                    .map(postgres_row)
                    .collect::<Result<Vec<_>, _>>()?
            }
        };
        rows.into_iter().map(read).collect()
    }

    /// As [`query`](Self::query), for at most one row.
    pub fn one<T>(
        &mut self,
        sql: &str,
        values: &[Value<'_>],
        read: impl FnMut(Row) -> Result<T, Fault>,
    ) -> Result<Option<T>, Fault> {
        Ok(self.query(sql, values, read)?.into_iter().next())
    }

    /// Runs several statements that have no parameters.
    pub fn run_script(&mut self, sql: &str) -> Result<(), Fault> {
        match &mut self.engine {
            Engine::Sqlite(connection) => Ok(connection.execute_batch(sql)?),
            Engine::Postgres { tx, .. } => Ok(tx.batch_execute(sql)?),
        }
    }

    /// Writes the tallies down. The last thing of every transaction: on PostgreSQL their rows
    /// are then locked only for the moment of the commit, and always in the same order.
    fn write_tallies(&mut self) -> Result<(), Fault> {
        let shard = match &self.engine {
            Engine::Sqlite(_) => 0,
            Engine::Postgres { shard, .. } => *shard,
        };
        for (name, n) in std::mem::take(&mut self.tally) {
            if n != 0 {
                self.execute(
                    "INSERT INTO tallies (name, shard, n) VALUES ($1, $2, $3)
                     ON CONFLICT (name, shard) DO UPDATE SET n = tallies.n + excluded.n",
                    &[name.into(), shard.into(), n.into()],
                )?;
            }
        }
        Ok(())
    }

    /// Makes everything durable and says who is to be woken. Without it, dropping the
    /// transaction takes everything back on PostgreSQL; on SQLite the caller rolls back.
    pub fn commit(mut self) -> Result<Poke, Fault> {
        self.write_tallies()?;
        match self.engine {
            Engine::Sqlite(connection) => connection.prepare_cached("COMMIT")?.raw_execute()?,
            Engine::Postgres { tx, .. } => tx.commit().map(|()| 0)?,
        };
        Ok(self.poke)
    }
}

fn bind(statement: &mut rusqlite::CachedStatement<'_>, values: &[Value<'_>]) -> Result<(), Fault> {
    for (name, value) in PARAMETERS.iter().zip(values) {
        let Some(index) = statement.parameter_index(name)? else {
            continue;
        };
        match value {
            Value::Null => statement.raw_bind_parameter(index, rusqlite::types::Null)?,
            Value::Int(number) => statement.raw_bind_parameter(index, number)?,
            Value::Text(text) => statement.raw_bind_parameter(index, text)?,
            Value::Blob(bytes) => statement.raw_bind_parameter(index, bytes)?,
            Value::Texts(_) | Value::Ints(_) | Value::Blobs(_) => {
                return Err(Fault::Failed("SQLite takes no arrays".to_owned()));
            }
        }
    }
    Ok(())
}

fn sqlite_rows(
    connection: &rusqlite::Connection,
    sql: &str,
    values: &[Value<'_>],
) -> Result<Vec<Row>, Fault> {
    use rusqlite::types::ValueRef;
    let mut statement = connection.prepare_cached(sql)?;
    bind(&mut statement, values)?;
    let columns = statement.column_count();
    let mut answer = Vec::new();
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next()? {
        let cell = |column| {
            Ok(match row.get_ref(column)? {
                ValueRef::Null => Cell::Null,
                ValueRef::Integer(number) => Cell::Int(number),
                ValueRef::Text(text) => Cell::Text(String::from_utf8_lossy(text).into_owned()),
                ValueRef::Blob(bytes) => Cell::Blob(bytes.to_vec()),
                ValueRef::Real(_) => {
                    return Err(Fault::Failed(format!("column {column} is a fraction")));
                }
            })
        };
        answer.push(Row((0..columns).map(cell).collect::<Result<_, Fault>>()?));
    }
    Ok(answer)
}

use postgres_side::{as_parameters, postgres_row, prepared};

/// How values and rows look to the `postgres` crate.
mod postgres_side {
    use ::postgres::types::{IsNull, ToSql, Type, to_sql_checked};
    use bytes::BytesMut;

    use super::{Cell, Fault, Row, Statements, Value};

    pub(super) fn prepared(
        tx: &mut ::postgres::Transaction<'_>,
        statements: &mut Statements,
        sql: &str,
    ) -> Result<::postgres::Statement, Fault> {
        if let Some(statement) = statements.get(sql) {
            return Ok(statement.clone());
        }
        let statement = tx.prepare(sql)?;
        statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }

    pub(super) fn as_parameters<'v>(values: &'v [Value<'_>]) -> Vec<&'v (dyn ToSql + Sync)> {
        values
            .iter()
            .map(|value| value as &(dyn ToSql + Sync))
            .collect()
    }

    /// PostgreSQL's text cannot hold the character NUL; SQLite's can.
    fn without_nul(text: &str) -> std::borrow::Cow<'_, str> {
        if text.contains('\0') {
            text.replace('\0', "\u{fffd}").into()
        } else {
            text.into()
        }
    }

    impl ToSql for Value<'_> {
        fn to_sql(
            &self,
            ty: &Type,
            out: &mut BytesMut,
        ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
            match self {
                Value::Null => Ok(IsNull::Yes),
                Value::Int(number) => number.to_sql(ty, out),
                Value::Text(text) => without_nul(text).as_ref().to_sql(ty, out),
                Value::Blob(bytes) => bytes.to_sql(ty, out),
                Value::Texts(texts) => {
                    let texts: Vec<_> = texts.iter().map(|text| text.map(without_nul)).collect();
                    texts.to_sql(ty, out)
                }
                Value::Ints(numbers) => numbers.to_sql(ty, out),
                Value::Blobs(blobs) => blobs.to_sql(ty, out),
            }
        }

        fn accepts(_: &Type) -> bool {
            true
        }

        to_sql_checked!();
    }

    pub(super) fn postgres_row(row: &::postgres::Row) -> Result<Row, Fault> {
        let cell = |(column, described): (usize, &::postgres::Column)| {
            let ty = described.type_();
            Ok(if *ty == Type::INT8 {
                row.try_get::<_, Option<i64>>(column)?
                    .map_or(Cell::Null, Cell::Int)
            } else if *ty == Type::INT4 {
                let number: Option<i32> = row.try_get(column)?;
                number.map_or(Cell::Null, |number| Cell::Int(number.into()))
            } else if *ty == Type::TEXT {
                row.try_get::<_, Option<String>>(column)?
                    .map_or(Cell::Null, Cell::Text)
            } else if *ty == Type::BYTEA {
                row.try_get::<_, Option<Vec<u8>>>(column)?
                    .map_or(Cell::Null, Cell::Blob)
            } else {
                return Err(Fault::Failed(format!("column {column} has the type {ty}")));
            })
        };
        row.columns()
            .iter()
            .enumerate()
            .map(cell)
            .collect::<Result<_, Fault>>()
            .map(Row)
    }
}
