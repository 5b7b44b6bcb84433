namespace Convergence.Testing.Providers.Faults;

/// <summary>What a provider does in place of answering.</summary>
public enum Fault
{
    None,

    /// <summary>429 without a word on how long to wait.</summary>
    RateLimited,

    /// <summary>429 with a <c>Retry-After</c> of a second.</summary>
    RateLimitedWithPause,

    /// <summary>429 with a <c>Retry-After</c> of a day.</summary>
    QuotaExhausted,

    /// <summary>500 with a JSON error.</summary>
    ServerError,

    /// <summary>503 with a page of HTML.</summary>
    Unavailable,

    /// <summary>Takes the request and never answers.</summary>
    Hang,

    /// <summary>200 with JSON that is cut short and whose length says so.</summary>
    MalformedJson,

    /// <summary>200 and a connection that closes half-way through the body.</summary>
    HalfClosed,

    /// <summary>200 and a byte now and then.</summary>
    SlowDrip,

    /// <summary>200 with a page of HTML.</summary>
    WrongContentType,

    /// <summary>401, as for a token that has expired; tokens given out before are refused from then on.</summary>
    ExpiredToken,
}
