namespace Convergence.Optimization.Calls.Sending;

/// <summary>What came of one attempt.</summary>
/// <param name="Answer">The answer or failure.</param>
/// <param name="RetryAfter">The pause that the host asks for.</param>
/// <param name="CanRetry">Whether trying again can help.</param>
/// <param name="WasSent">Whether the request may have reached the host: there was a connection.</param>
internal sealed record Attempt(ApiAnswer Answer, TimeSpan? RetryAfter = null, bool CanRetry = false, bool WasSent = true);
