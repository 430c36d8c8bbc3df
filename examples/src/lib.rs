//! What an embedder copies.
