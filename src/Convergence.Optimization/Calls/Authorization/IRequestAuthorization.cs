namespace Convergence.Optimization.Calls.Authorization;

/// <summary>Adds what proves who calls, at the moment of sending.</summary>
public interface IRequestAuthorization
{
    /// <summary>The secrets in use so far, to be kept out of files and logs.</summary>
    IReadOnlyCollection<string> Secrets { get; }

    /// <summary>Adds the header that authorizes a request.</summary>
    ValueTask AuthorizeAsync(HttpRequestMessage message, CancellationToken cancellation);

    /// <summary>Tells that a request was refused as unauthorized.</summary>
    /// <param name="message">The request, as it was authorized.</param>
    /// <returns>Whether trying again makes sense, as with a new token.</returns>
    bool OnRefused(HttpRequestMessage message);
}
