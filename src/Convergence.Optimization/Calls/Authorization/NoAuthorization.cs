namespace Convergence.Optimization.Calls.Authorization;

/// <summary>For servers that ask nobody who they are.</summary>
public sealed class NoAuthorization : IRequestAuthorization
{
    public static NoAuthorization Instance { get; } = new();

    public IReadOnlyCollection<string> Secrets => [];

    public ValueTask AuthorizeAsync(HttpRequestMessage message, CancellationToken cancellation) => ValueTask.CompletedTask;

    public bool OnRefused(HttpRequestMessage message) => false;
}
