//! The words and signs of PromQL that are known here.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Over {
    Increase,
    Rate,
    Delta,
    Avg,
    Max,
    Min,
    Sum,
    Count,
    Last,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Function {
    Abs,
    Ceil,
    Floor,
    Round,
    Scalar,
    Vector,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Aggregate {
    Sum,
    Avg,
    Min,
    Max,
    Count,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Or,
    And,
    Unless,
    Equal,
    NotEqual,
    AtLeast,
    AtMost,
    Above,
    Below,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

/// Signs and words of operators, the longer ones first, with how tightly they bind.
pub(super) const OPERATORS: [(&str, Operator, u8); 14] = [
    ("unless", Operator::Unless, 2),
    ("and", Operator::And, 2),
    ("or", Operator::Or, 1),
    ("==", Operator::Equal, 3),
    ("!=", Operator::NotEqual, 3),
    (">=", Operator::AtLeast, 3),
    ("<=", Operator::AtMost, 3),
    (">", Operator::Above, 3),
    ("<", Operator::Below, 3),
    ("+", Operator::Add, 4),
    ("-", Operator::Subtract, 4),
    ("*", Operator::Multiply, 5),
    ("/", Operator::Divide, 5),
    ("%", Operator::Remainder, 5),
];

/// The aggregation with this name.
pub(super) fn aggregate(word: &str) -> Option<Aggregate> {
    match word {
        "sum" => Some(Aggregate::Sum),
        "avg" => Some(Aggregate::Avg),
        "min" => Some(Aggregate::Min),
        "max" => Some(Aggregate::Max),
        "count" => Some(Aggregate::Count),
        _ => None,
    }
}

/// The function of a range with this name.
pub(super) fn over(word: &str) -> Option<Over> {
    match word {
        "increase" => Some(Over::Increase),
        "rate" => Some(Over::Rate),
        "delta" => Some(Over::Delta),
        "avg_over_time" => Some(Over::Avg),
        "max_over_time" => Some(Over::Max),
        "min_over_time" => Some(Over::Min),
        "sum_over_time" => Some(Over::Sum),
        "count_over_time" => Some(Over::Count),
        "last_over_time" => Some(Over::Last),
        _ => None,
    }
}

/// The function with this name.
pub(super) fn function(word: &str) -> Option<Function> {
    match word {
        "abs" => Some(Function::Abs),
        "ceil" => Some(Function::Ceil),
        "floor" => Some(Function::Floor),
        "round" => Some(Function::Round),
        "scalar" => Some(Function::Scalar),
        "vector" => Some(Function::Vector),
        _ => None,
    }
}

impl Operator {
    /// Whether it compares; by default a comparison keeps a sample or drops it.
    pub(super) fn compares(self) -> bool {
        match self {
            Self::Equal
            | Self::NotEqual
            | Self::AtLeast
            | Self::AtMost
            | Self::Above
            | Self::Below => true,
            Self::Or
            | Self::And
            | Self::Unless
            | Self::Add
            | Self::Subtract
            | Self::Multiply
            | Self::Divide
            | Self::Remainder => false,
        }
    }
}
