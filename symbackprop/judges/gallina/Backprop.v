(* Backpropagation for every list of layers, every width, every differentiable activation and every differentiable cost.

   A vector is a function from indices to reals, of which the first n places count. Theorems BP1 to BP4 (Nielsen's
   names) and the derivative by the inputs, each from the definition of the derivative as a limit (is_derive).
   Read: layer, out, delta, differentiable_cost, and the statements of BP1, BP2, BP3, BP4. *)

Require Import Reals List Arith Lia Lra.
Require Import Coquelicot.Hierarchy Coquelicot.Derive.
Import ListNotations.
Open Scope R_scope.

(* ---- finite sums ---- *)

Fixpoint total (n : nat) (f : nat -> R) : R := match n with O => 0 | S n => total n f + f n end.

Lemma total_ext n f g : (forall j, (j < n)%nat -> f j = g j) -> total n f = total n g.
Proof. induction n as [|n IH]; intros H; simpl; [reflexivity|]. rewrite IH, H by (intros; auto with arith). reflexivity. Qed.

Lemma total_plus n f g : total n (fun j => f j + g j) = total n f + total n g.
Proof. induction n as [|n IH]; simpl; [ring|]. rewrite IH. ring. Qed.

Lemma total_scale n c f : total n (fun j => c * f j) = c * total n f.
Proof. induction n as [|n IH]; simpl; [ring|]. rewrite IH. ring. Qed.

Lemma total_0 n f : (forall j, (j < n)%nat -> f j = 0) -> total n f = 0.
Proof. induction n as [|n IH]; intros H; simpl; [reflexivity|]. rewrite IH, H by (intros; auto with arith). ring. Qed.

Lemma total_at n i f : (i < n)%nat -> (forall j, (j < n)%nat -> j <> i -> f j = 0) -> total n f = f i.
Proof.
  induction n as [|n IH]; intros Hi H; [lia|]. simpl. destruct (Nat.eq_dec i n) as [->|Hn].
  - rewrite total_0; [ring|]. intros; apply H; lia.
  - rewrite IH, (H n) by (try intros; try apply H; lia). ring.
Qed.

Lemma total_swap n m f : total n (fun i => total m (fun j => f i j)) = total m (fun j => total n (fun i => f i j)).
Proof.
  induction n as [|n IH]; simpl.
  - rewrite total_0; [reflexivity|]. intros; reflexivity.
  - rewrite IH, <- total_plus. apply total_ext. intros; ring.
Qed.

(* ---- derivatives of sums ---- *)

Lemma derive_const (c t : R) : is_derive (fun _ : R => c) t 0.
Proof. apply is_derive_Reals, derivable_pt_lim_const. Qed.

Lemma derive_plus (f g : R -> R) (t df dg : R) : is_derive f t df -> is_derive g t dg ->
  is_derive (fun s => f s + g s) t (df + dg).
Proof. intros Hf Hg. apply is_derive_Reals. apply is_derive_Reals in Hf, Hg. exact (derivable_pt_lim_plus _ _ _ _ _ Hf Hg). Qed.

Lemma derive_scale (c : R) (f : R -> R) (t df : R) : is_derive f t df -> is_derive (fun s => c * f s) t (c * df).
Proof. intros Hf. apply is_derive_Reals. apply is_derive_Reals in Hf. exact (derivable_pt_lim_scal _ c _ _ Hf). Qed.

Lemma derive_comp (f g : R -> R) (t df dg : R) : is_derive g t dg -> is_derive f (g t) df ->
  is_derive (fun s => f (g s)) t (df * dg).
Proof. intros Hg Hf. apply is_derive_Reals. apply is_derive_Reals in Hf, Hg. exact (derivable_pt_lim_comp _ _ _ _ _ Hg Hf). Qed.

Lemma derive_div (f g : R -> R) (t df dg : R) : is_derive f t df -> is_derive g t dg -> g t <> 0 ->
  is_derive (fun s => f s / g s) t ((df * g t - dg * f t) / Rsqr (g t)).
Proof. intros Hf Hg H0. apply is_derive_Reals. apply is_derive_Reals in Hf, Hg. exact (derivable_pt_lim_div _ _ _ _ _ Hf Hg H0). Qed.

Lemma derive_total n (f : R -> nat -> R) (t : R) (df : nat -> R) :
  (forall j, (j < n)%nat -> is_derive (fun s => f s j) t (df j)) -> is_derive (fun s => total n (f s)) t (total n df).
Proof.
  induction n as [|n IH]; intros H; simpl; [exact (derive_const 0 t)|].
  apply derive_plus; [apply IH; intros; apply H; lia|apply H; lia].
Qed.

Lemma derive_eq (f : R -> R) (t l l' : R) : is_derive f t l -> l = l' -> is_derive f t l'.
Proof. intros H <-. exact H. Qed.

(* ---- the net ---- *)

Record layer := Layer
  { width : nat; weight : nat -> nat -> R; bias : nat -> R; phi : nat -> R -> R; phi' : nat -> R -> R }.

Definition differentiable_layer (l : layer) : Prop := forall j z, is_derive (phi l j) z (phi' l j z).

(* z_j = sum_(k < n) w_jk a_k + b_j, and the layer's output *)
Definition pre (l : layer) (n : nat) (a : nat -> R) (j : nat) : R := total n (fun k => weight l j k * a k) + bias l j.
Definition post (l : layer) (n : nat) (a : nat -> R) (j : nat) : R := phi l j (pre l n a j).

(* The output of a list of layers fed with the n numbers a, and its width. *)
Fixpoint out (n : nat) (a : nat -> R) (ls : list layer) : nat -> R :=
  match ls with nil => a | l :: ls => out (width l) (post l n a) ls end.

Fixpoint width_out (n : nat) (ls : list layer) : nat :=
  match ls with nil => n | l :: ls => width_out (width l) ls end.

Lemma out_app ls rs : forall n a, out n a (ls ++ rs) = out (width_out n ls) (out n a ls) rs.
Proof. induction ls as [|l ls IH]; intros; simpl; [reflexivity|apply IH]. Qed.

Lemma width_out_app ls rs : forall n, width_out n (ls ++ rs) = width_out (width_out n ls) rs.
Proof. induction ls as [|l ls IH]; intros; simpl; [reflexivity|apply IH]. Qed.

(* C of m outputs is differentiable with the partial derivatives C': along every curve of outputs, the chain rule. *)
Definition differentiable_cost (m : nat) (C : (nat -> R) -> R) (C' : (nat -> R) -> nat -> R) : Prop :=
  forall (a : R -> nat -> R) (t : R) (da : nat -> R),
    (forall j, (j < m)%nat -> is_derive (fun s => a s j) t (da j)) ->
    is_derive (fun s => C (a s)) t (total m (fun j => C' (a t) j * da j)).

Section Backpropagation.
Variables (C : (nat -> R) -> R) (C' : (nat -> R) -> nat -> R).

(* g: the derivative of C by the numbers a that enter the layers ls. *)
Fixpoint g (n : nat) (a : nat -> R) (ls : list layer) (k : nat) : R :=
  match ls with
  | nil => C' a k
  | l :: ls => total (width l) (fun j => weight l j k * (phi' l j (pre l n a j) * g (width l) (post l n a) ls j))
  end.

(* delta of the layer l that is fed with a and followed by ls. *)
Definition delta (n : nat) (a : nat -> R) (l : layer) (ls : list layer) (j : nat) : R :=
  phi' l j (pre l n a j) * g (width l) (post l n a) ls j.

(* The chain rule along any curve of the numbers that enter, by induction on the layers. *)
Theorem along_a_curve ls : forall n (a : R -> nat -> R) (t : R) (da : nat -> R),
  differentiable_cost (width_out n ls) C C' -> List.Forall differentiable_layer ls ->
  (forall k, (k < n)%nat -> is_derive (fun s => a s k) t (da k)) ->
  is_derive (fun s => C (out n (a s) ls)) t (total n (fun k => g n (a t) ls k * da k)).
Proof.
  induction ls as [|l ls IH]; intros n a t da HC Hls Ha; simpl in *; [apply HC, Ha|].
  apply Forall_cons_iff in Hls. destruct Hls as [Hl Hls].
  eapply derive_eq.
  - apply (IH (width l) (fun s => post l n (a s)) t
      (fun j => phi' l j (pre l n (a t) j) * total n (fun k => weight l j k * da k)) HC Hls).
    intros j _. unfold post.
    apply (derive_comp (phi l j) (fun s => pre l n (a s) j)); [|apply Hl].
    unfold pre. eapply derive_eq.
    + apply derive_plus; [|apply derive_const].
      apply (derive_total n (fun s k => weight l j k * a s k)). intros k Hk. apply derive_scale, (Ha k Hk).
    + cbv beta. ring.
  - cbv beta.
    rewrite (total_ext (width l) _ (fun j => total n (fun k =>
      weight l j k * (phi' l j (pre l n (a t) j) * g (width l) (post l n (a t)) ls j) * da k))).
    + rewrite total_swap. apply total_ext. intros k _. rewrite Rmult_comm, <- total_scale.
      apply total_ext. intros; ring.
    + intros j _. rewrite <- Rmult_assoc, <- total_scale. apply total_ext. intros; ring.
Qed.

(* ---- one weight or one bias of one layer, everything before (ls) and after (rs) it held fixed ---- *)

Definition set_weight (l : layer) (j k : nat) (w : R) : layer :=
  Layer (width l) (fun i h => if andb (Nat.eqb i j) (Nat.eqb h k) then w else weight l i h) (bias l) (phi l) (phi' l).

Definition set_bias (l : layer) (j : nat) (b : R) : layer :=
  Layer (width l) (weight l) (fun i => if Nat.eqb i j then b else bias l i) (phi l) (phi' l).

Section One.
Variables (n0 : nat) (x : nat -> R) (ls : list layer) (l : layer) (rs : list layer).
Let n := width_out n0 ls.       (* the width before the layer l *)
Let a := out n0 x ls.           (* the numbers that enter it *)
Hypothesis HC : differentiable_cost (width_out n0 (ls ++ l :: rs)) C C'.
Hypothesis Hl : differentiable_layer l.
Hypothesis Hrs : List.Forall differentiable_layer rs.

Lemma one (p : R -> layer) (t : R) (j : nat) (dz : R) : (j < width l)%nat ->
  (forall s, width (p s) = width l /\ phi (p s) = phi l) ->
  (forall i, i <> j -> forall s, pre (p s) n a i = pre l n a i) -> pre (p t) n a j = pre l n a j ->
  is_derive (fun s => pre (p s) n a j) t dz ->
  is_derive (fun s => C (out n0 x (ls ++ p s :: rs))) t (dz * delta n a l rs j).
Proof.
  intros Hj Hp Hother Hsame Hz.
  apply (is_derive_ext (fun s => C (out (width l) (fun i => phi l i (pre (p s) n a i)) rs))).
  { intros s. rewrite out_app. simpl. destruct (Hp s) as [-> _]. unfold post. destruct (Hp s) as [_ ->]. reflexivity. }
  assert (Hpoint : forall i, pre (p t) n a i = pre l n a i).
  { intros i. destruct (Nat.eq_dec i j) as [->|Hi]; [exact Hsame|apply Hother, Hi]. }
  assert (E : (fun i => phi l i (pre (p t) n a i)) = post l n a).
  { apply FunctionalExtensionality.functional_extensionality. intros i. unfold post. rewrite Hpoint. reflexivity. }
  eapply derive_eq.
  - apply (along_a_curve rs (width l) (fun s i => phi l i (pre (p s) n a i)) t
      (fun i => if Nat.eqb i j then phi' l j (pre l n a j) * dz else 0)).
    + rewrite width_out_app in HC. exact HC.
    + exact Hrs.
    + intros i _. destruct (Nat.eqb_spec i j) as [->|Hi].
      * apply (derive_comp (phi l j) (fun s => pre (p s) n a j)); [exact Hz|rewrite Hsame; apply Hl].
      * apply (is_derive_ext (fun _ => phi l i (pre l n a i))); [intros s; rewrite (Hother i Hi s); reflexivity|apply derive_const].
  - cbv beta. rewrite E, (total_at _ j).
    + rewrite Nat.eqb_refl. unfold delta. ring.
    + exact Hj.
    + intros i _ Hi. destruct (Nat.eqb_spec i j); [congruence|ring].
Qed.

(* BP4: the derivative by the weight to unit j from source k is a_k delta_j. *)
Theorem BP4 j k : (j < width l)%nat -> (k < n)%nat ->
  is_derive (fun w => C (out n0 x (ls ++ set_weight l j k w :: rs))) (weight l j k) (a k * delta n a l rs j).
Proof.
  intros Hj Hk. apply (one (set_weight l j k)); [exact Hj|intros s; split; reflexivity| | |].
  - intros i Hi s. unfold pre. simpl. f_equal. apply total_ext. intros h _. destruct (Nat.eqb_spec i j); [congruence|reflexivity].
  - unfold pre. simpl. f_equal. apply total_ext. intros h _. rewrite Nat.eqb_refl.
    destruct (Nat.eqb_spec h k) as [->|]; reflexivity.
  - unfold pre. simpl. eapply derive_eq.
    + apply derive_plus; [|apply derive_const].
      apply (derive_total n (fun s h => (if andb (Nat.eqb j j) (Nat.eqb h k) then s else weight l j h) * a h) _
        (fun h => if Nat.eqb h k then a k else 0)).
      intros h _. rewrite Nat.eqb_refl. simpl. destruct (Nat.eqb_spec h k) as [->|Hh]; [|apply derive_const].
      apply (is_derive_ext (fun s => a k * s)); [intros s; apply Rmult_comm|].
      eapply derive_eq; [apply derive_scale, is_derive_Reals, derivable_pt_lim_id|ring].
    + rewrite (total_at n k).
      * rewrite Nat.eqb_refl. ring.
      * exact Hk.
      * intros h _ Hh. destruct (Nat.eqb_spec h k); [congruence|reflexivity].
Qed.

(* BP3: the derivative by the bias of unit j is delta_j. *)
Theorem BP3 j : (j < width l)%nat ->
  is_derive (fun b => C (out n0 x (ls ++ set_bias l j b :: rs))) (bias l j) (delta n a l rs j).
Proof.
  intros Hj. eapply derive_eq; [apply (one (set_bias l j) (bias l j) j 1 Hj)|ring].
  - intros s; split; reflexivity.
  - intros i Hi s. unfold pre. simpl. destruct (Nat.eqb_spec i j); [congruence|reflexivity].
  - unfold pre. simpl. rewrite Nat.eqb_refl. reflexivity.
  - unfold pre. simpl. rewrite Nat.eqb_refl. eapply derive_eq.
    + apply derive_plus; [apply derive_const|apply is_derive_Reals, derivable_pt_lim_id].
    + ring.
Qed.
End One.

(* BP1: the delta of the last layer. *)
Theorem BP1 n a l j : delta n a l nil j = phi' l j (pre l n a j) * C' (post l n a) j.
Proof. reflexivity. Qed.

(* BP2: the delta of a layer from the deltas of the next: ((w transposed) delta) times the slopes. *)
Theorem BP2 n a l next rs j :
  delta n a l (next :: rs) j
  = total (width next) (fun k => weight next k j * delta (width l) (post l n a) next rs k) * phi' l j (pre l n a j).
Proof. unfold delta. simpl. apply Rmult_comm. Qed.
End Backpropagation.

(* ---- an instance: sigmoid layers of any widths with Winston's performance, any number of outputs ---- *)

Definition sigmoid (z : R) : R := / (1 + exp (- z)).

Lemma sigmoid_derive z : is_derive sigmoid z (sigmoid z * (1 - sigmoid z)).
Proof.
  unfold sigmoid. pose proof (exp_pos (- z)) as H. assert (H0 : 1 + exp (- z) <> 0) by lra.
  apply (is_derive_ext (fun y => 1 / (1 + exp (- y)))); [intros y; apply Rmult_1_l|].
  assert (D : is_derive (fun y => exp (- y)) z (exp (- z) * - (1))).
  { apply (derive_comp exp (fun y => - y)); apply is_derive_Reals;
      [exact (derivable_pt_lim_opp _ _ _ (derivable_pt_lim_id z))|apply derivable_pt_lim_exp]. }
  eapply derive_eq; [apply derive_div; [apply derive_const|apply derive_plus; [apply derive_const|exact D]|exact H0]|].
  cbv beta. unfold Rsqr. field. exact H0.
Qed.

Definition performance (m : nat) (d o : nat -> R) : R := - (1 / 2) * total m (fun j => (d j - o j) ^ 2).

Lemma performance_differentiable m d : differentiable_cost m (performance m d) (fun o j => d j - o j).
Proof.
  intros o t do Ho. unfold performance. eapply derive_eq.
  - apply derive_scale, (derive_total m (fun s j => (d j - o s j) ^ 2) t (fun j => - (2) * (d j - o t j) * do j)).
    intros j Hj. apply (derive_comp (fun y => (d j - y) ^ 2) (fun s => o s j)); [apply (Ho j Hj)|].
    apply (is_derive_ext (fun y => d j * d j + (- (2) * d j * y + y * y))); [intros; simpl; ring|].
    eapply derive_eq.
    + apply derive_plus; [apply derive_const|apply derive_plus; [apply derive_scale, is_derive_Reals, derivable_pt_lim_id|]].
      apply is_derive_Reals. exact (derivable_pt_lim_mult _ _ _ _ _ (derivable_pt_lim_id (o t j)) (derivable_pt_lim_id (o t j))).
    + unfold id. ring.
  - rewrite <- total_scale. apply total_ext. intros; field.
Qed.

Definition sigmoid_layer (l : layer) : Prop :=
  forall j z, phi l j z = sigmoid z /\ phi' l j z = sigmoid z * (1 - sigmoid z).

Lemma sigmoid_layer_differentiable l : sigmoid_layer l -> differentiable_layer l.
Proof.
  intros H j z. destruct (H j z) as [_ ->].
  apply (is_derive_ext sigmoid); [intros s; symmetry; apply H|apply sigmoid_derive].
Qed.

Theorem sigmoid_net d n0 x ls l rs j k : List.Forall sigmoid_layer (l :: rs) ->
  (j < width l)%nat -> (k < width_out n0 ls)%nat ->
  let m := width_out n0 (ls ++ l :: rs) in
  is_derive (fun w => performance m d (out n0 x (ls ++ set_weight l j k w :: rs))) (weight l j k)
    (out n0 x ls k * delta (fun o j => d j - o j) (width_out n0 ls) (out n0 x ls) l rs j).
Proof.
  intros H Hj Hk m. inversion H as [|? ? Hl Hrs]; subst.
  apply (BP4 (performance m d) (fun o j => d j - o j)); try assumption.
  - apply performance_differentiable.
  - apply sigmoid_layer_differentiable, Hl.
  - revert Hrs. apply Forall_impl. apply sigmoid_layer_differentiable.
Qed.

Definition every_size := (BP1, BP2, BP3, BP4, sigmoid_net).
Print Assumptions every_size.
