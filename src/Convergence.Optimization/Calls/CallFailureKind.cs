namespace Convergence.Optimization.Calls;

/// <summary>The kinds of failed calls.</summary>
public enum CallFailureKind
{
    /// <summary>No connection, no name, a connection that broke off.</summary>
    Connection,

    /// <summary>No whole answer within the time allowed.</summary>
    Timeout,

    /// <summary>429, or 503 with a time to wait for.</summary>
    RateLimited,

    /// <summary>The provider asks to wait longer than a run waits, as for tomorrow's quota.</summary>
    QuotaExhausted,

    /// <summary>5xx.</summary>
    Server,

    /// <summary>An answer that is not JSON, lacks what every answer of its format has, or is larger than any answer.</summary>
    Malformed,

    /// <summary>401 or 403, also after a new token was asked for.</summary>
    Unauthorized,

    /// <summary>Any other 4xx: the configuration cannot be called like this.</summary>
    Rejected,

    /// <summary>The answer itself says that the call failed: a field of its body, an exception of a function or a program.</summary>
    Reported,
}
