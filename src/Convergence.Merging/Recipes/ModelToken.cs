namespace Convergence.Merging;

/// <summary>A row of a model's embedding.</summary>
/// <param name="Model">The model, which must be one of those that are merged.</param>
/// <param name="Token">
/// The token whose row it is; <see langword="null"/> for the same token, or when <paramref name="Id"/> is given.
/// </param>
/// <param name="Id">The row's number; <see langword="null"/> when the token says it.</param>
public sealed record ModelToken(string Model, string? Token, long? Id) : TokenSource;
